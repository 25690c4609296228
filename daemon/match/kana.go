package match

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Japanese can be written in Latin letters where it stands in kana (the revised Hepburn romanisation, without its marks for long vowels, which nobody
// writes in an address). Chinese characters cannot, without knowing whose name it is: they are compared as they stand, their old and
// simplified forms as one.

// romanised writes kana, of either kind and width, in Latin letters.
func romanised(s string) string {
	if isASCII(s) || !strings.ContainsFunc(s, isKana) {
		return s
	}
	var b strings.Builder
	double := false // a small tsu doubles the consonant behind it
	before := byte(0)
	for _, r := range norm.NFKC.String(s) { // half-width kana become whole ones, their voicing marks included
		if r >= 'ァ' && r <= 'ヶ' {
			r -= 'ァ' - 'ぁ'
		}
		latin, ok := kana[r]
		small := smallKana[r]
		switch {
		case r == 'っ':
			double = true
			continue
		case r == 'ー' && before != 0:
			continue // "コーポ" is "kopo"
		case small != "" && b.Len() > 0: // "きゃ" is "kya", "しゃ" is "sha", "ファ" is "fa"
			text := b.String()
			b.Reset()
			b.WriteString(contracted(text, small))
		case !ok:
			b.WriteRune(r)
			double, before = false, 0
			continue
		case latin == "u" && (before == 'o' || before == 'u'): // "とうきょう" is "tokyo"
		default:
			if double {
				b.WriteByte(latin[0])
			}
			b.WriteString(latin)
		}
		double = false
		text := b.String()
		before = text[len(text)-1]
	}
	return b.String()
}

// contracted puts a small vowel kana behind what is written: "ki" and "ya" are "kya", "shi" and "ya" are "sha", "fu" and "a" are "fa".
func contracted(text, small string) string {
	stem := text[:len(text)-1]
	switch last := text[len(text)-1]; {
	case last == 'i' && small[0] == 'y' && (strings.HasSuffix(stem, "h") || strings.HasSuffix(stem, "j")):
		return stem + small[1:]
	case last == 'i' && small[0] == 'y', last == 'u' && small[0] != 'y', last == 'e' && small == "i":
		return stem + small
	}
	return text + small
}

func isKana(r rune) bool {
	return r >= 'ぁ' && r <= 'ヿ' || r >= 'ｦ' && r <= 'ﾟ'
}

// hasHan tells whether a text has Chinese characters, kana aside.
func hasHan(s string) bool { return !isASCII(s) && strings.ContainsFunc(s, isHan) }

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

var smallKana = map[rune]string{'ゃ': "ya", 'ゅ': "yu", 'ょ': "yo", 'ぁ': "a", 'ぃ': "i", 'ぅ': "u", 'ぇ': "e", 'ぉ': "o"}

var kana = syllables(`あa いi うu えe おo かka きki くku けke こko がga ぎgi ぐgu げge ごgo さsa しshi すsu せse そso ざza じji ずzu ぜze ぞzo
	たta ちchi つtsu てte とto だda ぢji づzu でde どdo なna にni ぬnu ねne のno はha ひhi ふfu へhe ほho ばba びbi ぶbu べbe ぼbo ぱpa ぴpi ぷpu ぺpe ぽpo
	まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa ゐi ゑe をo んn ゔvu ゃya ゅyu ょyo ぁa ぃi ぅu ぇe ぉo ゕka ゖke`)

// syllables reads a list of characters, each with what it is in Latin letters.
func syllables(list string) map[rune]string {
	all := map[rune]string{}
	for _, w := range strings.Fields(list) {
		for i, r := range w {
			if i == 0 {
				all[r] = w[len(string(r)):]
			}
		}
	}
	return all
}

// han brings forms of one Chinese character together: as it is written in Taiwan, China or Japan, and in old names.
var han = forms(`辺邊邉 斎齋齊斉 沢澤泽 浜濱 高髙 崎﨑嵜 国國 島嶋嶌岛 広廣广 桜櫻 真眞 恵惠 瀬瀨 徳德 黒黑 栄榮荣 竜龍龙 条條 豊豐 蔵藏 関關关 滝瀧泷 塩鹽盐 渋澁涩 桑桒 吉𠮷
	陳陈 張张 劉刘 黄黃 呉吳吴 趙赵 孫孙 馬马 羅罗 鄭郑 許许 鄧邓 馮冯 蕭萧肖 葉叶 蘇苏 呂吕 蔣蒋 鍾钟鐘 盧卢 譚谭 陸陆 韓韩 龔龚 賀贺 頼賴赖 顧顾 万萬 銭錢钱 湯汤 厳嚴严 華华 偉伟 麗丽
	軍军 傑杰 強强 鳳凤 蘭兰 紅红 東东 陽阳 長长 雲云 飛飞 愛爱 義义 興兴 慶庆 寧宁 静靜 潔洁 学學 楽樂乐 貴贵 財财 号號 楼樓 層层 区區 県縣县 鎮镇 郷鄉乡 門门 台臺 湾灣 園园 橋桥 棟栋 頭头 経經经
	単單单 図圖图 駅驛 鉄鐵铁 銀银 車车 風风 龜亀龟 倫伦 賢贤 輝辉 鋒锋 濤涛 権權权 儀仪 霊靈灵 芸藝艺 術术 実實实 寿壽寿 沖冲 満滿满 浅淺浅 児兒儿 声聲 来來 戸户戶`)

func forms(list string) map[rune]rune {
	all := map[rune]rune{}
	for _, w := range strings.Fields(list) {
		first := []rune(w)[0]
		for _, r := range w {
			all[r] = first
		}
	}
	return all
}

// closedUp brings a name in Chinese characters together: nobody is sure where its space belongs.
func closedUp(text string) string {
	var b strings.Builder
	before, spaces := rune(0), ""
	for _, r := range text {
		if unicode.IsSpace(r) {
			spaces = " "
			continue
		}
		if before < 0x80 || r < 0x80 {
			b.WriteString(spaces)
		}
		b.WriteRune(r)
		before, spaces = r, ""
	}
	return b.String()
}

// hanName takes polite words from names in Chinese characters.
func hanName(words []string) []string {
	for i, w := range words {
		if w[0] < 0x80 && !hasHan(w) {
			continue
		}
		for _, polite := range besideHan {
			if stem, _, ok := strings.Cut(w, polite); ok && stem != "" {
				w = stem // what stands behind is no name
			} else if stem, ok := strings.CutPrefix(w, polite); ok && stem != "" {
				w = stem
			}
		}
		words[i] = w
	}
	return words
}

// besideHan stand before or behind names: polite words, and legal forms.
var besideHan = []string{"様", "殿", "御中", "先生", "女士", "小姐", "收", "株式会社", "有限会社", "合同会社", "股份有限公司", "有限公司"}

// scripts tells whether words are in Chinese characters, in other ones, or both.
func scripts(words []string) (chinese, other bool) {
	for _, w := range words {
		switch {
		case w == "": // nothing is left of a word of marks only
		case w[0] >= 0x80 && hasHan(w):
			chinese = true
		case !isNumber(w[0]):
			other = true
		}
	}
	return chinese, other
}

// foreign tells two texts of which one is in Chinese characters and the other is not: they cannot be compared.
func foreign(a, b []string) bool {
	hanA, otherA := scripts(a)
	hanB, otherB := scripts(b)
	return hanA && !otherA && !hanB && otherB || hanB && !otherB && !hanA && otherA
}

// blocks reads an address in Chinese or Japanese writing: "東京都文京区本郷2丁目8番1号 メゾン本郷203" names a part of a town, the number of a block and
// house in it ("2-8-1"), a building and a flat.
func (s *streetAddress) blocks(line string) {
	runes := []rune(digitsOf(norm.NFKC.String(line)))
	var word strings.Builder
	flush := func() {
		for w := range strings.FieldsSeq(fold(word.String())) {
			if w != "" && !blockMarks[w] {
				s.words = append(s.words, w)
			}
		}
		word.Reset()
	}
	for i := 0; i < len(runes); {
		if !isDigit(runes[i]) {
			word.WriteRune(runes[i])
			i++
			continue
		}
		flush()
		var number []rune
		for i < len(runes) {
			if isDigit(runes[i]) {
				number = append(number, runes[i])
				i++
				continue
			}
			end := i // of what stands between two numbers of one block
			for end < len(runes) && strings.ContainsRune("-－−‐–—ー丁目番地号號の之栋棟幢单單元层層楼樓室弄巷", runes[end]) {
				end++
			}
			if end == i {
				break
			}
			i = end
			if end == len(runes) || !isDigit(runes[end]) {
				break
			}
			number = append(number, '-')
		}
		if s.house == "" {
			s.house = string(number)
		} else {
			s.units = append(s.units, string(number))
		}
	}
	flush()
}

var blockMarks = wordSet("室 号室 階 楼 层 f")

// digitsOf writes the Chinese numbers of blocks in digits: "二丁目" is "2丁目". A word that merely has such a sign in it stays: "三田".
func digitsOf(line string) string {
	if !strings.ContainsAny(line, "丁番号號") {
		return line
	}
	runes := []rune(line)
	for i, r := range runes {
		n := strings.IndexRune("一二三四五六七八九", r)
		if n < 0 || i+1 == len(runes) || i > 0 && strings.ContainsRune("一二三四五六七八九十", runes[i-1]) {
			continue
		}
		if next := runes[i+1]; next == '丁' || next == '番' || next == '号' || next == '號' {
			runes[i] = rune('1' + n/len("一"))
		}
	}
	return string(runes)
}

// ofPlace tells whether a part of a town is the same where one writer names the town and province in front of it.
func ofPlace(v, w string) bool {
	if len(v) < len(w) {
		v, w = w, v
	}
	front, ok := strings.CutSuffix(v, w)
	if !ok || len([]rune(w)) < 2 {
		return false
	}
	if front == "" {
		return true
	}
	runes := []rune(front)
	return strings.ContainsRune("都道府県県縣县市区區町村郡省郷镇鎮", runes[len(runes)-1])
}
