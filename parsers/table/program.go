package table

import (
	"strings"

	"waybill/parsers/carrier"
)

// A carrier's own program exports lists that never name the carrier: whoever runs it knows. Its columns do, by names that no other program gives them.

// programs are words of headings (folded) by which such exports are known. Two that differ must stand over a table, or one that is a name itself.
var programs = []struct {
	slug  string
	names bool // one word is enough
	words []string
}{
	{"taqbin-jp", false, []string{"お客様管理番号", "送り状種類", "クール区分", "ご請求先顧客コード", "運賃管理番号", "コレクト代金引換額", "発行枚数", "営業所止め区分", "配達時間帯区分", "送り状種別", "請求先顧客コード", "お届け予定日", "ご依頼主コード"}},
	{"sagawa", false, []string{"お問い合せ送り状", "お問合せ送り状", "便種", "お届け先コード取得区分", "お客様コード取得区分", "荷送人コード", "元着区分", "指定シール", "シール1", "飛脚", "部署ご担当者コード", "荷姿", "エラーお客様コード"}},
	{"japan-post", false, []string{"お客様側管理番号", "郵便種別", "ゆうパック", "ゆうパケット", "厚さ区分", "引受番号", "こわれもの", "なまもの", "ビン類", "逆さま厳禁", "下積み厳禁", "割引 同一あて先", "お届け先敬称", "発送予定時間帯"}},
	{"dhl-germany", false, []string{"sendungsreferenz", "abrechnungsnummer", "empfanger name 1", "absender name 1", "produkt und servicedetails", "internationales produkt", "teilnahmenummer", "empfanger ansprechpartner", "postnummer"}},
	{"dpd", false, []string{"paketscheinnummer", "mpsid", "mpsexpectedsendingdate", "parcelno", "dpd kundennummer", "geodata"}},
	{"gls", false, []string{"trackid", "unino", "nddi", "incoterm gls", "kontakt id gls", "flexdelivery"}},
	{"inpost", true, []string{"paczkomat", "kod paczkomatu", "id paczkomatu", "numer paczkomatu", "paczkomat docelowy"}},
	{"brt-it", false, []string{"riferimento mittente numerico", "riferimento mittente alfabetico", "riferimento numerico mittente", "riferimento alfabetico mittente", "numero segnacollo dal", "segnacollo dal", "punto operativo", "vabrma", "vabrsd", "vabcta"}},
	{"sf-express", false, []string{"托寄物", "托寄物内容", "月结卡号", "月结账号", "寄付方式"}},
	{"yunexpress", true, []string{"云途单号", "云途运单号", "云途渠道"}},
}

// program is the carrier whose program wrote a table, by its headings; "" where none is known by them.
func (r *reader) program() string {
	best := ""
	for i := range programs {
		p := &programs[i]
		found := 0
		for _, word := range p.words {
			for k := range r.columns {
				if title := carrier.Fold(r.columns[k].Title); title == word || word[0] >= 0x80 && strings.HasPrefix(title, word) || p.names && strings.HasPrefix(title, word) {
					found++
					break
				}
			}
		}
		if found >= 2 || found == 1 && p.names {
			if best != "" {
				return "" // of two carriers' programs
			}
			best = p.slug
		}
	}
	return best
}
