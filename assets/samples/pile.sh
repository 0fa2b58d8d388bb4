# Stands in for a solver that reads a deck: sh pile.sh DECK. Prints moment and mass of a steel
# pile with a load at its tip, and writes its deflection to result.txt.
awk '!/^[*E]/ { line++; for (i = 1; i <= NF; i++) number[line, i] = $i }
END {
    pi = atan2(0, -1)
    height = number[1, 1]; load = number[1, 2]; diameter = number[1, 3]
    modulus = number[2, 1]; wall = number[2, 2]
    inertia = pi * diameter ^ 3 * wall / 8
    print "moment = " load * height
    print "mass = " 7850 * pi * diameter * wall * height
    print "deflection = " load * height ^ 3 / (3 * modulus * inertia) > "result.txt"
}' "$1"
