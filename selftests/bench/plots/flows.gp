# SPDX-License-Identifier: GPL-2.0
set title 'Instructions per frame against in-tree macvtap (1), Linux 7.3'
set boxwidth 0.25
set style fill solid 0.8 noborder
set yrange [0:2]
set ylabel 'ratio'
set grid y
set key top left horizontal
set datafile missing 'NaN'
set arrow from graph 0, first 1 to graph 1, first 1 nohead dashtype 2
plot data using ($0 - 0.25):2 with boxes title 'mvtap', '' using 0:3:xtic(1) with boxes title 'bridge', \
     '' using ($0 + 0.25):4 with boxes title 'ipvtap', \
     '' using 0:5 with points pointtype 9 pointsize 1.5 linecolor 'black' title 'target'
