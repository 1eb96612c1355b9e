# SPDX-License-Identifier: GPL-2.0
# $new: arrays of windows; $old: results of before, whose other workloads are kept, each with the commit and
# the boot that it is of.
([$new | add | .[] | . + {commit: $commit, date: $date, boot: "\($stamp)-\(.part // "all")"}]) as $windows
| ([$windows[] | {key: "\(.workload) \(.peer)", value: true}] | from_entries) as $measured
| { kernel: $kernel, release: $release, commit: $commit, date: $date,
    windows: ([($old[0].windows // [])[] | select($measured["\(.workload) \(.peer)"] | not)] + $windows) }
