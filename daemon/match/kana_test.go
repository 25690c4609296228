package match

import (
	"testing"
)

func TestRomanised(t *testing.T) {
	for text, want := range map[string]string{
		"スズキ イチロウ": "suzuki ichiro", "ｽｽﾞｷ ｲﾁﾛｳ": "suzuki ichiro", "さくら": "sakura", "きょうこ": "kyoko", "しゅんすけ": "shunsuke", "ジョン": "jon",
		"はっとり": "hattori", "コーポ桜": "kopo桜", "ファビオ": "fabio", "とうきょう": "tokyo", "山本": "山本", "Jane": "jane",
	} {
		if got := fold(text); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
}

func TestNamesAcrossSpellings(t *testing.T) {
	for _, tt := range []struct {
		told, own string
		want      agreement
	}{
		{"鈴木一郎 様", "鈴木　一郎", same},
		{"鈴木一朗", "鈴木 一郎", differs},
		{"渡邊健様", "渡辺 健", same},
		{"ヤマダ ハナコ", "YAMADA Hanako", same},
		{"ﾔﾏﾀﾞ ﾊﾅｺ", "Hanako Yamada", same},
		{"Ichiro Suzuki", "鈴木 一郎", unknown}, // nobody can tell without knowing how he is read
		{"張偉", "张伟", same},
		{"Iñigo Echeverria", "Íñigo Etxeberria", close},
		{"Oyarzabal Jon", "Jon Oiartzabal", close},
		{"Lucia Fernandes", "Lucía Fernández Ibáñez", close},
		{"Ibáñez, Lucía", "Lucía Fernández Ibáñez", close},
		{"Ole Hansen", "Ole Hansson", close},
		{"Marek Kowalczyk", "Marek Kovalchik", close},
		{"Ana Ortega y Gasset", "Ana Ortega Gasset", same},
		{"Zeisig", "Lore Zeisig", partly},
		{"Uwe Zeisig", "Lore Zeisig", related},
	} {
		if got := compareNames(nameWords(tt.told), nameWords(tt.own)); got != tt.want {
			t.Errorf("%s and %s: %d, want %d", tt.told, tt.own, got, tt.want)
		}
	}
}

func TestStreetsAcrossCountries(t *testing.T) {
	for _, tt := range []struct {
		told, own string
		want      agreement
	}{
		{"東京都文京区本郷2丁目8番1号 メゾン本郷203", "本郷2-8-1 メゾン本郷203", close},
		{"本郷２－８－１", "本郷二丁目8番1号", same},
		{"本郷2-8-3", "本郷2-8-1", related},
		{"本郷4-8-1", "本郷2-8-1", related},
		{"西町2-8-1", "本町2-8-1", differs},
		{"東本郷2-8-1", "本郷2-8-1", differs},
		{"上海市浦东新区世纪大道100号3栋1201室", "世纪大道100号3栋1201室", close},
		{"38B av du Gal Leclerc", "38 bis avenue du Général Leclerc", close},
		{"38 ter av du Gal Leclerc", "38 bis avenue du Général Leclerc", related},
		{"38 av du Gal Leclerc", "38 bis avenue du Général Leclerc", close},
		{"40 av du Gal Leclerc", "38 bis avenue du Général Leclerc", related},
		{"Fjellvn 8", "Fjellveien 8", same},
		{"Storgt. 12", "Storgaten 12", same},
		{"Björkvägen 3", "Bjorkvagen 3", same},
		{"Av. Constitucion, 104", "Avda. de la Constitución 104", close},
		{"58 CYPRESS PT RD", "58 Cypress Point Rd", close},
		{"Flat 3", "Flat 3, 112 Canal Street", partly},
		{"Flat 4", "Flat 3, 112 Canal Street", differs},
		{"12 rue de la Paix", "12 rue de la Gare", differs},
	} {
		a, b := foldStreet(tt.told), foldStreet(tt.own)
		if got := compareStreets(&a, &b); got != tt.want {
			t.Errorf("%s and %s: %d, want %d (%+v, %+v)", tt.told, tt.own, got, tt.want, a, b)
		}
	}
}
