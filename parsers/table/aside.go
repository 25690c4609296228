package table

import (
	"regexp"
	"strconv"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// People who have no column for it write beside a parcel how many of the pieces are in it: "3 of 4 in this box, the last one next week", "seguiram 3, a outra
// vai depois", "先发3个，剩1个下周". What such a note counts is set against the pieces of its row; where it does not come out, the row is for a person.

// aside is what a note counts: pieces in the parcel, and those that stay behind; 0 where it does not say.
type aside struct {
	left, rest int
	follows    bool // those that stay behind come later
	wrong      bool // the numbers do not come out
}

// Words of asides that no status has, folded.
var (
	asideLeft   = wordsOf("gone went inside enclosed included herein seguiram seguiu partiram salieron fueron partiti partite partono gegangen weg anbei enthalten drin dabei inclus incluses ci joint incluidos incluidas inclusi inbegrepen bijgevoegd meegegaan meegestuurd meegezonden mee poszly poszlo pojechaly pojechalo jada zalaczone")
	asideRest   = wordsOf("outstanding owing owed fehlen fehlt folgt folgen follow follows suit suivent suivra suivront sigue siguen seguira seguiran seguirao segue seguono volgt volgen dojdzie dojda doslemy dosle missing nachgereicht nach")
	asideOf     = wordsOf("of out von de des sur su di van z ze op do dos das")
	asideOthers = wordsOf("other others last rest remainder remaining andere anderen letzte letzter letzten rest restliche restlichen autre autres dernier derniere reste restant otra otro otras otros ultima ultimo resto altra altro altri altre ultima laatste ander outra outro outras outros ostatni ostatnia reszta druga drugi drugie")
	asideNumber = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "ein": 1, "eine": 1, "einer": 1, "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "due": 2, "tre": 3, "quattro": 4, "een": 1, "twee": 2, "drie": 3, "vier stuks": 4, "um": 1, "uma": 1, "dois": 2, "duas": 2, "quatro": 4, "jeden": 1, "jedna": 1, "jedno": 1, "dwa": 2, "dwie": 2, "trzy": 3, "cztery": 4}
)

// told reads the notes of a row for pieces, where no column counts those that left or stay behind.
func (r *reader) told(w *row, c *counts) {
	if !c.ordered.ok || c.ordered.n < 2 || !r.parcelled(w) || len(r.uses.shipped)+len(r.uses.backorder)+len(r.uses.remaining) > 0 || c.backordered.ok || c.cancelled.ok {
		return
	}
	for _, i := range r.uses.note {
		text := w.cell(i)
		if text == "" || len(text) > 200 {
			continue
		}
		a := countedIn(text, c.ordered.n)
		if a == (aside{}) {
			continue
		}
		if c.doubt = c.doubt || a.wrong; a.wrong {
			return
		}
		if a.left == 0 {
			a.left = c.ordered.n - a.rest
		}
		at := parsers.Value{Text: text, At: r.place(w, i)}
		c.left, c.aside = count{n: a.left, ok: true, at: at}, true
		if a.follows || a.rest > 0 {
			c.backordered = count{n: c.ordered.n - a.left, ok: true, at: at}
		}
		return
	}
}

// parcelled tells a row with a parcel's number.
func (r *reader) parcelled(w *row) bool {
	for _, i := range r.uses.tracking {
		if digitsIn(w.cell(i)) >= 6 {
			return true
		}
	}
	return false
}

// countedIn reads one note about so many pieces.
func countedIn(text string, ordered int) aside {
	var a aside
	if eastern(text) {
		a = countedEastern(text, ordered)
	} else {
		a = countedWords(text, ordered)
	}
	switch {
	case a.left == 0 && a.rest == 0:
		return aside{}
	case a.left >= ordered && a.rest == 0:
		return aside{}
	case a.left > 0 && a.rest > 0 && a.left+a.rest != ordered, a.left > ordered, a.rest >= ordered:
		a.wrong = true
	}
	return a
}

// countedWords reads a note in letters. A number is of pieces where the words beside it say that they left, or that they stay behind.
func countedWords(text string, ordered int) (a aside) {
	fields := strings.Fields(text)
	folded := make([]string, len(fields))
	for i, f := range fields {
		folded[i] = carrier.Fold(f)
	}
	for i := 0; i < len(fields); i++ {
		if asideOthers[folded[i]] && (i == 0 || !parcelWords[folded[i-1]]) && comesBehind(folded, i+1, len(folded)) {
			a.follows = true
		}
		n, end := numberAt(fields, folded, i, ordered)
		if n == 0 || i > 0 && parcelWords[folded[i-1]] || end < len(folded) && parcelWords[folded[end]] {
			continue
		}
		switch about := aboutNumber(fields, folded, i, end); {
		case about.any(lacks | later | comes | rest | waitsFor):
			a.rest, a.follows = n, true
		case about.any(left | boxed | handed):
			a.left = n
		}
		i = end - 1
	}
	return a
}

// numberAt reads a number of pieces at word i, and where the words behind it begin; "3 of 4" only of so many.
func numberAt(fields, folded []string, i, ordered int) (n, end int) {
	word := strings.Trim(folded[i], "x ")
	if of, all, found := strings.Cut(fields[i], "/"); found && all == strconv.Itoa(ordered) {
		word = of
	} else if fields[i] != strings.Trim(fields[i], "./-") || strings.ContainsAny(fields[i], "./-:") {
		return 0, 0 // a date
	}
	n, err := strconv.Atoi(word)
	if err != nil {
		n = asideNumber[word]
	}
	if n <= 0 || n > ordered || i > 0 && isMonth(folded[i-1]) || i+1 < len(folded) && (isMonth(folded[i+1]) || spanUnits[folded[i+1]]) {
		return 0, 0
	}
	end = i + 1
	for end < len(folded) && asideOf[folded[end]] {
		end++
	}
	if end > i+1 {
		if end == len(folded) || folded[end] != strconv.Itoa(ordered) && asideNumber[folded[end]] != ordered {
			return 0, 0 // "2 of the lids"
		}
		end++
	}
	for end < len(folded) && quantityWords[folded[end]] {
		end++
	}
	return n, end
}

// reachOfCount is how many words beside a number tell what it counts.
const reachOfCount = 4

// aboutNumber is what the words behind a number are about as far as its clause goes, or where they say nothing those before it.
func aboutNumber(fields, folded []string, from, end int) (all sense) {
	for i := end; i < min(end+reachOfCount, len(folded)) && !closes(fields[i-1]) && !joins(folded[i]); i++ {
		one := asideSense(folded, i)
		if all |= one; all.any(left | boxed | handed | lacks | later | comes | rest | waitsFor) {
			return all
		}
		if one == 0 && len(folded[i]) > 4 && !asideOthers[folded[i]] {
			return 0 // "ein Deckel fehlt": of another thing
		}
	}
	for i := from - 1; i >= max(0, from-reachOfCount) && !closes(fields[i]) && !joins(folded[i]); i-- {
		if all |= asideSense(folded, i); all.any(left | boxed | handed | lacks | later | comes | rest | waitsFor) {
			return all
		}
	}
	return all
}

// asideSense is what word i is about in a note that counts pieces.
func asideSense(folded []string, i int) sense {
	w := folded[i]
	switch {
	case asideLeft[w], (w == "this" || w == "diesem" || w == "dieser" || w == "ce" || w == "este" || w == "esta" || w == "questo" || w == "deze" || w == "dit" || w == "neste" || w == "tej" || w == "tym") && i+1 < len(folded) && (parcelWords[folded[i+1]] || folded[i+1] == "box"):
		return left
	case asideRest[w]:
		return rest
	}
	return senseOfWord(w)
}

// comesBehind tells whether words say that something comes, or when.
func comesBehind(folded []string, from, to int) bool {
	for i := from; i < min(to, from+2*reachOfCount); i++ {
		if asideSense(folded, i).any(later|comes|rest|waitsFor|willBe|leaving|lacks) || isMonth(folded[i]) || inMonths[folded[i]] || comingUp[folded[i]] {
			return true
		}
	}
	return false
}

func closes(word string) bool { return strings.ContainsAny(word[len(word)-1:], ",;.)") }

func joins(folded string) bool {
	switch folded {
	case "and", "und", "et", "y", "e", "ed", "en", "i", "oraz", "but", "aber", "mais", "pero", "ma", "maar", "mas", "ale":
		return true
	}
	return false
}

// countedCJK is a number of pieces as Chinese and Japanese write it.
var countedCJK = regexp.MustCompile(`([0-9０-９]{1,3})\s*(?:个|個|件|点|枚|本|套|只|隻|台|つ|張|张|瓶|盒|脚|客)`)

var narrowDigits = strings.NewReplacer("０", "0", "１", "1", "２", "2", "３", "3", "４", "4", "５", "5", "６", "6", "７", "7", "８", "8", "９", "9")

// countedEastern reads a note in Chinese or Japanese, piece by piece between its commas.
func countedEastern(text string, ordered int) (a aside) {
	for _, piece := range strings.FieldsFunc(text, func(x rune) bool { return strings.ContainsRune("，、,。；;（）() ", x) }) {
		plain := simplified.Replace(piece)
		found := countedCJK.FindAllStringSubmatch(plain, 3)
		about := senseOfPart(plain)
		if about == 0 && strings.ContainsAny(plain, "发寄") {
			about = left // "先发3个"
		}
		if strings.ContainsAny(plain, "剩余欠缺补") {
			about |= rest
		}
		if len(found) == 0 {
			a.follows = a.follows || about.any(rest) && (timed(piece) || about.any(willBe|comes|later|waitsFor))
			continue
		}
		n, _ := strconv.Atoi(narrowDigits.Replace(found[len(found)-1][1])) // "3個中2個"
		switch {
		case n == ordered && len(found) == 1:
		case about.any(rest | lacks | later | waitsFor):
			a.rest, a.follows = n, true
		case about.any(left) && !about.any(denied|willBe) || len(found) > 1 && !about.any(denied|willBe):
			a.left = n
		}
	}
	return a
}
