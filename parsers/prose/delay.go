package prose

import (
	"slices"
	"strings"
)

// delayed tells whether what a clause says of a shipment happens no earlier than a time: "will only ship in 3 weeks", "will not
// ship until May". It gives the words that say so.
func (r *reader) delayed(hits []hit, c clause) (hit, bool) {
	sent := slices.ContainsFunc(hits, func(h hit) bool { return sends(h) || h.meaning == readied }) || r.elliptic(c) && slices.ContainsFunc(hits, func(h hit) bool { return h.meaning == goes || h.meaning == outOfStock })
	if r.hasTracking(c) {
		return hit{}, false
	}
	if h, ok := r.nothingBefore(hits, c); ok {
		return h, true
	}
	for _, h := range hits {
		if h.meaning == late && r.earliest(h) && r.concernsOrder(c) && (r.timeBehind(h.end, c) || r.timeRightBefore(h, c)) {
			return h, true
		}
	}
	if !sent && !r.ofProduct(c) && !r.elliptic(c) {
		for _, h := range hits {
			if h.meaning == before && r.hasNotBefore(h, hits, c) {
				return h, true
			}
		}
		return hit{}, false
	}
	for _, h := range hits {
		switch {
		case h.meaning == until && h.languages&japaneseBit != 0 && r.notUntil(h, hits, c):
			return h, true
		case h.meaning == before && r.hasNotBefore(h, hits, c):
			return h, true
		case !sent && h.meaning != before && !(h.meaning == late && strings.Contains(r.view.text[h.start:h.end], " ")):
		case h.meaning == late && r.bounded(h, c):
			from := h.end
			for _, o := range hits { // "só será enviado daqui a 3 semanas"
				if (o.meaning == acknowledged || o.meaning == readied) && o.start >= h.end && o.start-h.end <= 16 {
					from = o.end
				}
			}
			if r.timeBehind(h.end, c) || from > h.end && r.timeBehind(from, c) {
				return h, true
			}
		case h.meaning == before && (r.deniedBefore(h, hits) || r.deniedBehind(h, hits)) && r.timeBehind(h.end, c):
			return h, true
		}
	}
	return hit{}, false
}

// earliest tells the words that only lead to a day before which nothing can be.
func (r *reader) earliest(h hit) bool {
	switch r.plain(h.start, h.end) {
	case "at the earliest", "no earlier than", "not earlier than", "fruhestens", "au plus tot", "como pronto", "como muy pronto", "al piu presto", "op zijn vroegst", "no minimo", "na melhor das hipoteses", "najwczesniej", "nie wczesniej niz",
		"最早", "最快", "早くても", "最短":
		return true
	}
	return false
}

// timeRightBefore tells whether a time ends right before a word: "15 August at the earliest".
func (r *reader) timeRightBefore(h hit, c clause) bool {
	return slices.ContainsFunc(r.within(max(c.start, h.start-24), h.start), func(o hit) bool {
		return (o.meaning == month || o.meaning == when) && h.start-o.end < 12
	})
}

// notUntil tells what does not happen up to a day, as Japanese puts it: "7月まで入りません".
func (r *reader) notUntil(h hit, hits []hit, c clause) bool {
	at, _ := r.eastern(c.start, h.start)
	return at >= 0 && h.start-at < 24 && slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == negation && o.languages&japaneseBit != 0 && o.start >= h.end && o.start-h.end < 24
	})
}

// ofProduct tells whether a clause names an order and a product's code.
func (r *reader) ofProduct(c clause) bool {
	return r.concernsOrder(c) && slices.ContainsFunc(r.tokensIn(c.start, c.end), func(t token) bool {
		return t.letters > 0 && t.digits > 0 && skuLike(r.view.text[t.start:t.end], t) && !r.isTracking(t.start, t.end) && !r.ordered(t)
	})
}

func sends(h hit) bool { return h.meaning == shipped || h.meaning == acknowledged }

// bounded drops the French "que" without its "ne": "ne sera expédiée que lundi".
func (r *reader) bounded(h hit, c clause) bool {
	if !strings.HasPrefix(strings.ToLower(r.view.text[h.start:h.end]), "qu") {
		return true
	}
	return strings.Contains(r.plain(max(c.start, h.start-60), h.start), "ne ") ||
		strings.Contains(r.plain(max(c.start, h.start-60), h.start), "n'")
}

// deniedBefore tells whether a shipment is denied in front of "until": "wird nicht vor dem 5. Mai versandt" or "no se enviará hasta mayo".
func (r *reader) deniedBefore(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return o.meaning == negation && o.languages&h.languages != 0 && o.end <= h.start && h.start-o.end < 60 && !r.numbering(o) &&
			!strings.ContainsAny(r.view.text[o.end:h.start], ",;:")
	})
}

// havings are folded verbs for having and getting goods.
var havings = wordSet("have get receive haben bekommen kriegen erhalten avons aurons recevons recevrons a aura tenemos tendremos recibimos recibiremos abbiamo avremo riceviamo riceveremo hebben krijgen ontvangen temos teremos recebemos receberemos mamy dostaniemy otrzymamy bedziemy here in back ready there da rein zuruck fertig la prets ici aqui listo pronto qui binnen terug klaar gotowe")

// hasNotBefore tells goods of an order that nobody has before a time: "no las tenemos hasta el 10 de marzo", "we won't have them until May".
func (r *reader) hasNotBefore(h hit, hits []hit, c clause) bool {
	if !r.concernsOrder(c) || !r.timeBehind(h.end, c) || slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == courier || o.meaning == fetching || o.meaning == shut }) {
		return false
	}
	from, to := max(c.start, h.start-44), h.start
	if !r.deniedBefore(h, hits) {
		i := slices.IndexFunc(hits, func(o hit) bool {
			return o.meaning == negation && o.languages&h.languages != 0 && o.start >= h.end && o.start-h.end < 40 && r.unbroken(h.end, o.start) && !r.numbering(o)
		})
		if i < 0 {
			return false
		}
		to = min(c.end, hits[i].end+12) // "bis zum 12. Dezember haben wir kein Garn"
	}
	words := strings.Fields(r.plain(from, to))
	return slices.ContainsFunc(words, func(w string) bool { return havings[strings.TrimRight(w, ",")] })
}

// deniedBehind tells whether a time stands first, and what cannot be before it behind: "Vor dem 20.06. können wir nicht liefern".
func (r *reader) deniedBehind(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool {
		return (o.meaning == negation || o.meaning == outOfStock) && o.languages&h.languages != 0 && o.start >= h.end && o.start-h.end < 50 && r.unbroken(h.end, o.start)
	}) && !slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == request })
}

// timeBehind tells whether a time that is not today stands right behind an offset, after at most a number and a small word or two.
func (r *reader) timeBehind(from int, c clause) bool {
	near := func(at int) bool {
		if at < from || at-from > 24 {
			return false
		}
		for _, w := range strings.Fields(r.view.text[from:at]) {
			if len(w) > 6 && !slices.ContainsFunc(r.within(from, at), func(o hit) bool { return o.meaning == late && o.end-o.start >= len(w) }) {
				return false
			}
		}
		return !slices.ContainsFunc(r.within(from, at), sends)
	}
	for _, h := range r.within(from, c.end) {
		word := r.view.text[h.start:h.end]
		switch {
		case h.meaning == month && (r.besideNumber(h) || len(word) > 3 || r.behindTime(h)), h.meaning == when, h.meaning == vague && calendarWeek(word) && r.besideNumber(h):
			if near(h.start) {
				return !slices.Contains(today, strings.ToLower(word))
			}
		}
	}
	for _, t := range r.tokensIn(from, c.end) {
		if isDate(r.view.text[t.start:t.end]) && near(t.start) {
			return true
		}
	}
	at, _ := r.eastern(from, c.end)
	return at >= 0 && near(at)
}

var today = []string{"today", "heute", "aujourd'hui", "hoy", "oggi", "vandaag", "hoje", "dzisiaj", "dziś", "今天", "今日", "本日",
	"this morning", "heute morgen", "ce matin", "ce jour", "ce midi", "esta mañana", "esta tarde", "stamattina", "questa mattina", "vanmorgen", "vanochtend", "esta manhã", "dziś rano", "今早", "今朝"}

// awaited tells whether what is missing is still to be sent: "not shipped yet for lack of stock".
func awaited(hits []hit) bool {
	sent := slices.ContainsFunc(hits, sends)
	return slices.ContainsFunc(hits, func(h hit) bool {
		return h.meaning == notYet && (sent || h.languages&(1<<8|1<<9) != 0) // there the phrase names the shipment itself
	})
}

// sinceThen tells the Polish "od" right behind what has been so since: "wyprzedane od 10 listopada", but "dostępne od 10 listopada".
func (r *reader) sinceThen(h hit, n news) bool {
	return string(r.folded[h.start:h.end]) == "od" && strings.TrimSpace(r.between(n.end, max(n.end, h.start))) == "" && h.start >= n.end
}

// spans are folded beginnings of units of waiting.
var spans = []string{"day", "week", "month", "working day", "business day", "tag", "werktag", "woche", "monat", "dag", "weken", "werkdag", "maand", "dni", "tydz", "tygod", "miesi"}

// lasts tells whether how long it takes stands behind what is missing: "geen voorraad, duurt 4 weken". "Sold out 3 weeks ago" is past.
func (r *reader) lasts(n news, c clause) bool {
	words := strings.Fields(r.plain(min(n.end, c.end), c.end))
	for i, w := range words {
		if i == 0 || len(w) < 3 || !slices.ContainsFunc(spans, func(s string) bool { return strings.HasPrefix(w, s) }) {
			continue
		}
		before := words[i-1]
		past := i+1 < len(words) && pastWords[strings.Trim(words[i+1], ",.")] || i > 1 && pastWords[words[i-2]]
		if (digit(before[0]) || countWords[before]) && !past {
			return true
		}
	}
	return false
}

// pastWords are folded words beside a time that has passed.
var pastWords = wordSet("ago vor seit since geleden sinds temu przed od for last")

// changedTime tells whether a time is one that stands for another, or the abbreviation that is only used of what is awaited.
func (r *reader) changedTime(h hit, c clause) bool {
	word := r.plain(h.start, h.end)
	if word == "eta" || strings.HasPrefix(word, "dispo") || strings.HasPrefix(word, "leverbaar") {
		return true
	}
	words := strings.Fields(r.plain(c.start, c.end))
	return slices.ContainsFunc(words, func(w string) bool {
		return w == "nu" || w == "ora" || slices.ContainsFunc(changed, func(p string) bool { return strings.HasPrefix(w, p) || p[0] >= 0x80 && strings.Contains(w, p) })
	})
}

// neverAgain tells words for stock that comes back, denied for good: "won't be available again".
func (r *reader) neverAgain(h hit, hits []hit) bool {
	return slices.ContainsFunc(hits, func(o hit) bool { return o.meaning == again && o.start < h.end && h.start < o.end }) &&
		!slices.ContainsFunc(hits, func(o hit) bool {
			return o.meaning == notYet && o.languages&h.languages != 0 || o.meaning == until || o.meaning == month
		})
}

// comesBack tells whether what is missing is promised for a time: "out of stock until May".
func (r *reader) comesBack(n news, hits []hit, c clause) bool {
	for _, h := range hits { // "bis Mai nicht lieferbar"
		if h.meaning == until && h.end <= n.start && n.start-h.end < 24 {
			if r.timeBehind(h.end, clause{start: c.start, end: n.start}) {
				return true
			}
		}
	}
	if r.timeAlone(n.end, c) {
		return true
	}
	end := c.end
	// The promise may stand in the sentence behind: "sold out. Expected 12 June."
	if rest := r.view.text[c.end:min(len(r.view.text), c.end+80)]; !strings.HasPrefix(strings.TrimLeft(rest, " \t"), "\n") {
		end += strings.IndexByte(rest+"\n", '\n')
		hits = r.within(c.start, end)
	}
	for _, h := range hits {
		if returns(h.meaning) && !r.sinceThen(h, n) && h.start >= n.start && h.start-n.end < 80 && len(orders(r.refsIn(c.end, end))) == 0 {
			if v := r.expected(h.start, end, h.start); v.Text != "" {
				return true
			}
		}
	}
	return false
}
