package table

import (
	"strings"
)

// Shops draw the way of an order: "Received > Packed > Shipped > Delivered", and colour how far it is. Read as text, it names all that may happen to an order and
// says of nothing that it has.

// stageSigns stand between the stages of such a way, and number or tick them.
const stageSigns = ">›»→➔➜|•·●○◦✓✔☑▶►/–—\t\n0123456789.)( "

// fewestStages make a way.
const fewestStages = 3

// longestWay is how many bytes a way has at most.
const longestWay = 240

// IsWay tells a text that names three stages or more of an order in their order, and nothing else.
func IsWay(text string) bool {
	if len(text) > longestWay || strings.ContainsAny(text, ":@") {
		return false
	}
	last, seen := 0, 0
	for piece := range strings.FieldsFuncSeq(text, func(c rune) bool { return c != ' ' && !isASCIIDigit(c) && strings.ContainsRune(stageSigns, c) }) {
		piece = strings.TrimSpace(piece)
		bare := strings.Trim(piece, stageSigns)
		if bare == "" && len(piece) < 3 {
			continue // a tick, or the number of a stage
		}
		if bare == "" || digitsIn(piece) > 1 || digitsIn(piece) > 0 && !isASCIIDigit(rune(piece[0])) {
			return false // a day: this is what happened
		}
		piece = bare
		stage := stageOf(piece)
		if stage == 0 && seen == 0 && len(piece) < 30 { // "Ordered", by whatever name
			stage = stageTaken
		}
		if stage <= last {
			return false
		}
		last = stage
		seen++
	}
	return seen >= fewestStages && last >= stageLeft
}

func isASCIIDigit(c rune) bool { return c >= '0' && c <= '9' }

const (
	stageTaken = iota + 1
	stageMade
	stageLeft
	stageMoving
	stageThere
)

// stageOf is how far an order is by a word or three; 0 where they are none of this.
func stageOf(piece string) int {
	words := strings.Fields(simplified.Replace(camel(piece)))
	if len(words) == 0 || len(words) > 3 || digitsIn(piece) > 0 {
		return 0
	}
	all := senseOfAll(words)
	switch {
	case all.any(denied | notYet | off | lacks | later | back | fails):
		return 0
	case all.any(delivers):
		return stageThere
	case all.any(moving):
		return stageMoving
	case all.any(left | handed):
		return stageLeft
	case all.any(inWork | boxed | ready | labelled):
		return stageMade
	case all.any(accepted), len(words) < 3 && facetOf(words[0]) != 0:
		return stageTaken
	}
	return 0
}

// Ways finds where a text draws such a way, in a line or with each stage in a line of its own.
func Ways(text string) (at [][2]int) {
	const mostLines = 5
	var starts [mostLines]int // of the lines before that hold a stage each
	held := 0
	for from := 0; from < len(text); {
		end := len(text)
		if n := strings.IndexByte(text[from:], '\n'); n >= 0 {
			end = from + n
		}
		line := strings.Trim(text[from:end], stageSigns)
		switch {
		case line == "":
		case end-from > longestWay:
			held = 0
		case IsWay(text[from:end]):
			at, held = append(at, [2]int{from, end}), 0
		case len(line) <= 40 && stageOf(line) > 0 && digitsIn(strings.TrimLeft(text[from:end], stageSigns)) == 0:
			if held == mostLines {
				copy(starts[:], starts[1:])
				held--
			}
			starts[held] = from
			held++
			for i := range held - fewestStages + 1 {
				if IsWay(text[starts[i]:end]) {
					if n := len(at); n > 0 && at[n-1][0] == starts[i] {
						at[n-1][1] = end
					} else {
						at = append(at, [2]int{starts[i], end})
					}
					break
				}
			}
		default:
			held = 0
		}
		from = end + 1
	}
	return at
}
