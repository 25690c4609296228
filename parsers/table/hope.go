package table

// Whether goods that are not there come again, and whether a time is known, is often said by denying it: "no restock planned", "sans réassort",
// "bez terminu dostawy". Such words say the contrary of what they say alone.

// hopeTimes are words for the time at which goods come, hopeGoods for their coming, folded, as they begin.
var (
	hopeTimes = []string{"eta", "date", "datum", "data", "fecha", "dato", "termin", "liefertermin", "previs", "prevision", "expect", "erwart", "attend", "verwacht", "oczek", "perspekt", "forecast", "aussicht"}
	hopeGoods = []string{"restock", "replenish", "reorder", "nachschub", "nachliefer", "nachproduz", "neuauflage", "nachbestell", "reassort", "reappro", "reimpress", "reedit", "reposi", "repond", "repon", "repost", "riassort", "riforn", "ristamp", "aanvull", "nalever", "bijbestel", "nabestel", "herdruk", "dostaw", "wroci", "wznow", "again", "wieder", "weer", "coming", "comes", "returning", "haver", "volta", "terug", "zuruck", "zurueck", "vuelve", "torna", "revient"}
)

// hopes tells what a word behind a denial denies: that goods come, or that a time is known.
func hopes(w string) (goods, time bool) {
	return beginsAny(w, hopeGoods), beginsAny(w, hopeTimes)
}

func beginsAny(w string, list []string) bool {
	for _, begin := range list {
		if len(w) >= len(begin) && w[:len(begin)] == begin {
			return true
		}
	}
	return false
}

// hope follows a denial over the next words of a status.
type hope struct {
	said  int  // denials
	reach int  // words over which the denial still holds
	never bool // goods do not come again
	blank bool // no time is known
}

// reachOfDenial is how many words behind a denial may stand between it and what it denies: "wird nicht mehr nachbestellt", "no more restock planned".
const reachOfDenial = 3

// next takes a word and what it is about, and gives what is left of that.
func (h *hope) next(w string, one sense) sense {
	if one.any(denied) && !one.any(left|leaving|delivers) {
		h.said, h.reach = h.said+1, reachOfDenial
		return one
	}
	if h.reach--; h.reach < 0 {
		return one
	}
	goods, time := hopes(w)
	switch {
	case goods:
		h.never, h.reach = true, reachOfDenial
		return one & (lacks | ended)
	case time && !one.any(off):
		h.blank, h.reach = true, reachOfDenial
		return one & (lacks | ended)
	case (h.never || h.blank) && one.any(comes|willBe): // "no restock planned"
		return one &^ (comes | willBe)
	case one.any(left | leaving | delivers | off | stock | canBe | inWork | accepted | money | moving | handed | address):
		h.reach = 0 // it is this that is denied
	}
	return one
}

// spent tells whether the only denial of a status was that of a hope: it denies nothing else.
func (h *hope) spent() bool { return h.said == 1 && (h.never || h.blank) }
