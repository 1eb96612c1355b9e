# SPDX-License-Identifier: GPL-2.0
set title 'Instructions per frame of the whole machine, Linux 7.3'
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.8 noborder
set logscale y
set yrange [1000:*]
set ylabel 'instructions (log)'
set grid y
set key top left horizontal
plot data using 2:xtic(1) title 'mvtap', '' using 3 title 'macvtap', '' using 4 title 'bridge', '' using 5 title 'ipvtap'
