# SPDX-License-Identifier: GPL-2.0
set title 'Time on User-Mode Linux: mvtap / macvtap, median and 8 of 10 rounds'
set yrange [0:2]
set ylabel 'ratio'
set xtics rotate by -40
set grid y
set xrange [-0.5:*]
set offsets 0, 0.5, 0, 0
set arrow from graph 0, first 1 to graph 1, first 1 nohead dashtype 2
plot data using 0:2:3:4:xtic(1) with yerrorbars pointtype 7 notitle
