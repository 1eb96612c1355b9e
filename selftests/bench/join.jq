# SPDX-License-Identifier: GPL-2.0
# Input: what the plugin counted, by window. $lines: what the guest said. A window without counts is an error.
INDEX(.window) as $counts
| [ $lines[]
    | . + ($counts[.window | tostring] // error("nothing was counted in window \(.window)"))
    | .part = $part
    # before Linux 6.12 the loop itself has the other's name
    | (if .softirq == 0 then .softirq = .do_softirq else . end) | del(.do_softirq) ]
