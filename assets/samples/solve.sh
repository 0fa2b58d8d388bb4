# Stands in for a slow solver: sh solve.sh ANGLE MESH. Prints drag and lift of a thin aerofoil.
case "$2" in
    coarse) sleep 0.2 ;;
    *) sleep 0.5 ;;
esac
awk -v angle="$1" 'BEGIN {
    pi = atan2(0, -1)
    lift = 2 * pi * angle * pi / 180
    print "drag = " 0.01 + lift * lift / (8 * pi)
    print "lift = " lift
}'
