# SPDX-License-Identifier: GPL-2.0
set title 'What grows with the number of links, Linux 7.3'
set logscale xy
set xlabel 'links'
set ylabel 'instructions'
set grid
set key outside right
at(w, x) = (strcol(1) eq w) ? x : NaN
set datafile missing 'NaN'
plot data using (at('mc-sparse', $2)):3 with linespoints title 'mc-sparse, per frame, mvtap', \
     '' using (at('mc-sparse', $2)):4 with linespoints title 'macvtap', \
     '' using (at('bc-fan', $2)):3 with linespoints title 'bc-fan, per receiver, mvtap', \
     '' using (at('bc-fan', $2)):4 with linespoints title 'macvtap', \
     '' using (at('bc-delay', $2)):3 with linespoints title 'bc-delay, to the last, mvtap', \
     '' using (at('bc-delay', $2)):4 with linespoints title 'macvtap'
