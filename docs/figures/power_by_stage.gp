# Power after each stage for several runs, as the book's Fig. 4.11 has it.
# gnuplot -c docs/figures/power_by_stage.gp FOLDER/comparison_power.csv OUT.svg
# where FOLDER is of `minerva report RUN RUN .. --out FOLDER`.
if (ARGC != 2) { print "usage: gnuplot -c power_by_stage.gp comparison_power.csv OUT.svg"; exit status 2 }
set terminal svg size 860,380 font "sans-serif,13" background "#ffffff"
set output ARG2
set datafile separator ","
set style data histogram
set style histogram clustered gap 1.5
set style fill solid 1.0 noborder
set boxwidth 0.92
set logscale y
set yrange [1:*]
set format y "%g"
set ylabel "power, mW"
set grid ytics lc rgb "#d8dde3"
set border 3
set xtics nomirror scale 0
set ytics nomirror
set key outside right center reverse Left samplen 1.2 spacing 1.3
# Okabe and Ito's colours, told apart by colour-blind readers.
array colour[6] = ["#000000", "#0072B2", "#56B4E9", "#009E73", "#E69F00", "#CC79A7"]
array name[6] = ["baseline", "quantization", "pruning", "low voltage", "ROM weights", "programmable"]
plot for [i=1:6] ARG1 using (column(i + 1)):xtic(1) every ::1 lc rgb colour[i] title name[i]
