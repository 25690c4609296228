package match

import (
	"slices"
	"strings"
	"unicode"
)

// byTitle are the lines that a product's title means: the one that is called so, else the one of which it has all words or that has all of its, else the one that
// is alike, else the one that is the same thing in another language, where no other comes near. None where nobody can tell.
func (c *candidate) byTitle(title string) []Line {
	told := titleWords(title)
	if len(told) == 0 {
		return nil
	}
	for _, means := range [...]func(own []string) bool{
		func(own []string) bool { return slices.Equal(told, own) },
		func(own []string) bool { return len(own) > 0 && (hasAll(told, own) || hasAll(own, told)) },
		func(own []string) bool { return likeTitle(told, own) },
	} {
		lines := slices.DeleteFunc(slices.Clone(c.Lines), func(l Line) bool { return !means(titleWords(l.Title)) })
		if len(lines) == 0 {
			continue
		}
		if slices.ContainsFunc(lines, func(l Line) bool { return code(l.SKU) != code(lines[0].SKU) }) {
			return nil
		}
		return lines
	}
	lines := c.byThing(title)
	if slices.ContainsFunc(lines, func(l Line) bool { return code(l.SKU) != code(lines[0].SKU) }) {
		return nil
	}
	return lines
}

// hasAll tells whether all words of one title stand in the other.
func hasAll(some, all []string) bool {
	return !slices.ContainsFunc(some, func(w string) bool { return !slices.Contains(all, w) })
}

// likeTitle tells two forms of one title: words shortened, inflected, mistyped, one more or less. Numbers and sizes tell products apart, so what both have of these
// must agree.
func likeTitle(a, b []string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	var shared, all int
	for _, w := range a {
		if leading[w] || articles[w] && len(w) < shortSKU {
			continue
		}
		has := slices.ContainsFunc(b, func(o string) bool { return nearWord(w, o) })
		if sized(w) {
			if !has && slices.ContainsFunc(b, sized) {
				return false
			}
			continue
		}
		all += len(w)
		if has {
			shared += len(w)
		}
	}
	for _, w := range b {
		if sized(w) && !slices.ContainsFunc(a, func(o string) bool { return nearWord(w, o) }) && slices.ContainsFunc(a, sized) {
			return false
		}
	}
	return all > 0 && shared*100 >= all*alikeShare && shared >= shortSKU
}

// alikeShare is how much of the shorter title's letters must stand in the other, per cent.
const alikeShare = 60

// sized tells a word that tells products apart which are called the same: a number, a size.
func sized(w string) bool {
	return len(w) <= 2 && isASCII(w) || strings.ContainsFunc(w, unicode.IsDigit)
}

// nearWord tells two forms of one word, an abbreviation, or a slip.
func nearWord(a, b string) bool {
	if a == b {
		return true
	}
	if sized(a) || sized(b) {
		return false
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case oneWord(a, b):
		return true
	case !isASCII(a):
		return len(a) >= easternWord && strings.Contains(b, a)
	case len(a) >= shortSKU-1 && strings.HasPrefix(b, a): // "chopp" for "chopping"
		return true
	}
	return len(a) >= slipWord && apart(a, b, 1) <= 1
}

// slipWord is how many letters a word needs for a slip in it to leave it the same word.
const slipWord = 6

// wordy tells a product's title from its code: words without digits for the most part, or one that is written as words are.
func wordy(text string) bool {
	words := strings.Fields(text)
	letters := 0
	for _, w := range words {
		if !strings.ContainsFunc(w, isDigit) {
			letters++
		}
	}
	return letters >= 2 || slices.ContainsFunc(words, plainWord)
}

// plainWord tells a word that no code is: of four small letters at the least behind the first, or in a script without capitals.
func plainWord(w string) bool {
	small := 0
	for i, c := range w {
		switch {
		case unicode.IsLower(c), i > 0 && unicode.IsLetter(c) && !unicode.IsUpper(c), unicode.Is(unicode.Han, c), unicode.In(c, unicode.Hiragana, unicode.Katakana):
			small++
		case unicode.IsDigit(c), c == '-' || c == '_' || c == '/':
			return false
		}
	}
	return small >= 3 || small >= 2 && !isASCII(w)
}

// oneName tells a title of one word, "Tintenset": letters alone, more than codes of letters have.
func oneName(text string) bool {
	letters := 0
	for _, r := range text {
		if !unicode.IsLetter(r) {
			return false
		}
		if letters++; r >= 0x2E80 { // a character of Chinese or Japanese is half a word
			letters += 2
		}
	}
	return letters > 4 && strings.ToUpper(text) != text || letters > 6
}
