package table

import (
	"regexp"
	"strings"

	"waybill/parsers"
	"waybill/parsers/carrier"
)

// Columns of an address are named by two words: whose it is and which part of it, in any order and often as one word: "Empfänger Name 1", "Liefer-PLZ",
// "Ville destinataire", "recipient_postal_code", "お届け先郵便番号". No list can hold all pairs.

// partWords list what parts of an address are called, folded.
var partWords = []struct {
	meaning Meaning
	words   string
}{
	{FirstName, `vorname prenom firstname givenname forename forenames imie voornaam`},
	{LastName, `nachname lastname surname secondname familyname apellido apellidos cognome achternaam nazwisko apelido sobrenome familienname`},
	{Name, `name names nom nombre nome naam nazwa namn navn nominativo person persona osoba contact contacto contatto contactpersoon ansprechpartner attention attn referente ragione razon raison rag kontakt nominativi`},
	{Company, `company firma societe societa empresa azienda bedrijf firmy organisation organization org`},
	{House, `hausnummer hausnr hnr housenumber houseno huisnummer huisnr civico domu`},
	{Street, `street strasse str rue calle via straat ulica ul rua address adresse address1 adress1 direccion domicilio indirizzo adres endereco morada anschrift addr voie gata gade`},
	{Postcode, `postcode zip zipcode postal plz postleitzahl cp cap pocztowy postnummer postnr`},
	{City, `city town ort stadt ville ciudad poblacion localidad citta localita comune plaats woonplaats stad cidade localidade miasto miejscowosc`},
	{Region, `state province region provincia bundesland departement county wojewodztwo`},
	{Country, `country land pays pais paese kraj countrycode`},
	{Phone, `phone telephone tel telefon telefono telefoon telefone telefonu mobile handy mobil movil cellulare telemovel telefonnummer`},
	{Email, `email mail courriel correo mailadresse`},
}

// theirWords say whose address it is: who gets the goods.
const theirWords = `empfanger empfaenger empfangers empf recipient recipients receiver consignee addressee ship shipto shipping deliver delivery deliverto liefer lieferung lieferadresse lieferanschrift ziel
	warenempfanger destinataire dest livraison destinatario destinataria destino envio entrega consegna ontvanger ontv bezorg aflever geadresseerde odbiorca odbiorcy odbioru dostawy adresat adresata
	client customer contact kunde kunden klant cliente klient klienta buyer contact besteller nabywca nabywcy mottagare mottagarens modtager modtagers mottaker mottakers vastaanottajan`

// buyerWords say that it is the address of whoever bought the goods, which are perhaps sent to somebody else.
const buyerWords = ` customer customers client clients buyer besteller bestellers kaufer kaufers kunde kunden kundenname bestellername acheteur cliente clientes comprador compratore acquirente klant klanten klantnaam koper klient klienta kupujacy kupujacego zamawiajacy zamawiajacego ordered orderer purchaser contact contacto contatto contactpersoon ansprechpartner `

// easternBuyers are the same in Chinese and Japanese.
var easternBuyers = []string{"客户", "客戶", "お客様", "注文者", "購入者", "下单人", "买家", "買家", "ご注文主"}

// ofPurchaser tells a heading that names the buyer, and not who gets the goods.
func ofPurchaser(title string) bool {
	for _, s := range easternBuyers {
		if strings.Contains(title, s) {
			return true
		}
	}
	for w := range strings.FieldsSeq(carrier.Fold(camel(title))) {
		if strings.Contains(buyerWords, " "+w+" ") {
			return true
		}
	}
	return false
}

// shippedTo leaves of columns that hold the same part of two addresses the one of whoever gets the goods, where the other is the buyer's.
func (r *reader) shippedTo(columns []int) []int {
	var theirs []int
	for _, i := range columns {
		if !ofPurchaser(r.columns[i].Title) {
			theirs = append(theirs, i)
		}
	}
	if len(theirs) == 0 {
		return columns
	}
	return theirs
}

// senderWords say that the address is another's: the sender's, or whoever pays. Nobody's parcel goes there.
const senderWords = `absender absenders abs sender shipper versender expediteur remitente mittente afzender remetente nadawca nadawcy billing bill rechnungsadresse rechnungs facturation facturacion fatturazione
	factuur faturacao faktury warehouse lager return supplier vendor lieferant fournisseur proveedor fornitore leverancier fornecedor dostawca dostawcy from`

// besideParts are words beside a part that say no more.
const besideParts = `to or oder ou of and und et y e i full address adresse adres adresu direccion indirizzo addr code codigo codice kod nr no n number numer numero de des du del della dell di da do d the of par main
	line linie ligne linea regel complete vollstandiger 1 2 3 l1 details detail info data dane complet completo completa full sociale social soc completo`

type partWord struct {
	meaning             Meaning
	their, sender, more bool
}

var partByWord = func() map[string]partWord {
	all := map[string]partWord{}
	for _, p := range partWords {
		for w := range strings.FieldsSeq(p.words) {
			all[w] = partWord{meaning: p.meaning}
		}
	}
	set := func(list string, change func(*partWord)) {
		for w := range strings.FieldsSeq(list) {
			p := all[w]
			change(&p)
			all[w] = p
		}
	}
	set(theirWords, func(p *partWord) { p.their = true })
	set(senderWords, func(p *partWord) { p.sender = true })
	set(besideParts, func(p *partWord) { p.more = true })
	return all
}()

// partMeaning is the part of an address that a heading names; Ignore for the sender's, Unknown where a word says something else.
func partMeaning(words []string) Meaning {
	words = paired(words)
	found, their, sender := Unknown, false, false
	take := func(m Meaning, more bool) bool {
		switch {
		case m == Unknown, m == found, more && found != Unknown:
		case found == Unknown, found == Street && m != House: // "shipping address city", "rue nom"
			found = m
		case found == Postcode && m == City || found == City && m == Postcode:
			found = Postcode // both in one cell, see place
		case found == Name: // "street name", "contact phone"
			found = m
		case found == House && m == Street || found == Street && m == House:
			found = Street
		case m == Name || m == Street || m == Company && found == Name:
		default:
			return false
		}
		return true
	}
	for _, w := range words {
		p, ok := partByWord[w]
		if !ok {
			p, ok = joinedParts(w)
		}
		if !ok || !take(p.meaning, p.more) {
			return Unknown
		}
		their, sender = their || p.their, sender || p.sender
	}
	switch {
	case found == Unknown && their && !sender && len(words) == 1:
		return Name // "Empf.": whoever it is
	case found == Unknown || len(words) > 5:
		return Unknown
	case sender && !their:
		return Ignore
	case their || found == House:
		return found
	case len(words) == 2 && (found == Name || found == Street || found == Postcode || found == Company):
		return found // "Name 1", "Straße Nr", "PLZ Ort"
	}
	return Unknown
}

// pairs are parts of an address that are called by two words.
var pairs = map[string]string{
	"first name": "firstname", "given name": "firstname", "last name": "lastname", "family name": "lastname", "second name": "lastname", "house number": "hausnummer", "house no": "hausnummer",
	"post code": "postcode", "e mail": "email", "pierwsze imie": "imie", "nome proprio": "prenom",
}

// paired joins the words of a heading that name one part together.
func paired(words []string) []string {
	for i := 0; i+1 < len(words); i++ {
		if one, ok := pairs[words[i]+" "+words[i+1]]; ok {
			joined := append(append([]string(nil), words[:i]...), one)
			return append(joined, words[i+2:]...)
		}
	}
	return words
}

// joinedParts reads a word that is whose and which part together: "lieferplz", "empfaengerort".
func joinedParts(w string) (partWord, bool) {
	for cut := 4; cut < len(w)-2; cut++ {
		whose, ok := partByWord[w[:cut]]
		if !ok || !whose.their && !whose.sender {
			continue
		}
		if part, ok := partByWord[strings.TrimLeft(w[cut:], "s")]; ok && part.meaning != Unknown {
			return partWord{part.meaning, whose.their, whose.sender, false}, true
		}
		if part, ok := partByWord[w[cut:]]; ok && part.meaning != Unknown {
			return partWord{part.meaning, whose.their, whose.sender, false}, true
		}
	}
	return partWord{}, false
}

// easternParts are the same in Chinese and Japanese, whose headings have no spaces. The first that is found counts.
var easternParts = []struct {
	sign    string
	meaning Meaning
}{
	{"郵便番号", Postcode}, {"邮编", Postcode}, {"邮政编码", Postcode}, {"郵遞區號", Postcode}, {"電話", Phone}, {"电话", Phone}, {"手机", Phone}, {"手機", Phone}, {"携帯", Phone}, {"メール", Email}, {"邮箱", Email},
	{"都道府県", Region}, {"省", Region}, {"市区町村", City}, {"城市", City}, {"住所", Street}, {"地址", Street}, {"会社", Company}, {"公司", Company}, {"国", Country}, {"氏名", Name}, {"姓名", Name}, {"名称", Name}, {"名", Name},
}

var (
	easternTheirs = []string{"お届け先", "届け先", "届先", "配送先", "送付先", "送り先", "受取人", "宛", "收件", "收货", "收貨", "客户", "客戶", "お客様"}
	easternSender = []string{"依頼主", "発送元", "出荷元", "差出人", "ご注文主", "请求", "請求", "寄件", "发件", "發件", "发货人"}
)

func easternPart(folded string) Meaning {
	holds := func(signs []string) bool {
		for _, s := range signs {
			if strings.Contains(folded, s) {
				return true
			}
		}
		return false
	}
	their := holds(easternTheirs)
	sender := !their && holds(easternSender)
	if !their && !sender {
		return Unknown
	}
	for _, p := range easternParts {
		if strings.Contains(folded, p.sign) {
			if sender {
				return Ignore
			}
			return p.meaning
		}
	}
	return Unknown
}

// party reads who gets the goods; nil where the table does not say.
func (r *reader) party(w *row) *parsers.Party {
	u := &r.uses
	if len(u.name)+len(u.first)+len(u.last)+len(u.company)+len(u.street)+len(u.postcode)+len(u.city)+len(u.region)+len(u.country)+len(u.phone)+len(u.email) == 0 {
		return nil
	}
	p := r.roomParties.next()
	for _, f := range [...]struct {
		columns []int
		into    *parsers.Value
	}{{u.name, &p.Name}, {u.company, &p.Company}, {u.street, &p.Street}, {u.postcode, &p.Postcode}, {u.city, &p.City}, {u.region, &p.Region}, {u.country, &p.Country}, {u.phone, &p.Phone}, {u.email, &p.Email}} {
		if len(f.columns) > 0 {
			*f.into = r.value(w, f.columns)
		}
	}
	r.fullName(w, p)
	r.fullStreet(w, p)
	if house := r.value(w, u.house); house.Text != "" && p.Street.Text != "" && !strings.HasSuffix(p.Street.Text, house.Text) {
		p.Street.Text += " " + house.Text
	}
	place(p)
	if *p == (parsers.Party{}) {
		r.roomParties.back()
		return nil
	}
	return p
}

// fullStreet joins the lines of an address that stand in several columns: the house in the first, the street in the second. Signs of Chinese and Japanese are
// written on without a blank.
func (r *reader) fullStreet(w *row, p *parsers.Party) {
	for _, i := range r.uses.street {
		more := w.cell(i)
		switch {
		case more == "" || blank(more) || r.place(w, i) == p.Street.At || more == p.Street.Text:
		case strings.Contains(carrier.Fold(p.Street.Text), carrier.Fold(more)):
		case strings.Contains(carrier.Fold(more), carrier.Fold(p.Street.Text)): // the whole address behind its first line
			p.Street = parsers.Value{Text: more, At: r.place(w, i)}
		case eastern(more) || eastern(p.Street.Text):
			p.Street.Text += more
		default:
			p.Street.Text += ", " + more
		}
	}
}

// eastern tells a text that begins in a script without blanks.
func eastern(s string) bool {
	return strings.ContainsFunc(s, func(x rune) bool { return x >= 0x2E80 && x < 0xFF00 })
}

// fullName joins what stands in two columns: given name and family's name, of which the second may be called "name" only, and a second line of the name.
func (r *reader) fullName(w *row, p *parsers.Party) {
	u := &r.uses
	family := p.Name
	first, last := r.value(w, u.first), r.value(w, u.last)
	switch {
	case family.Text == "":
		family = last
	case first.Text == "" && last.Text != "" && !strings.Contains(carrier.Fold(family.Text), carrier.Fold(last.Text)):
		first, family = family, last // "Nombre destinatario", "Apellidos destinatario"
	}
	switch {
	case first.Text == "":
		p.Name = family
	case family.Text == "":
		p.Name = first
	case !strings.Contains(" "+carrier.Fold(family.Text)+" ", " "+carrier.Fold(first.Text)+" "):
		p.Name = parsers.Value{Text: strings.TrimSpace(first.Text + " " + family.Text), At: first.At}
	default:
		p.Name = family
	}
	if p.Name.Text == "" && len(u.name)+len(u.first)+len(u.last) > 0 { // a column for the person, which is empty: the other one holds whoever it is
		p.Name, p.Company = p.Company, parsers.Value{}
	}
	if p.Company.Text != "" || len(u.name) < 2 {
		return
	}
	for _, i := range u.name[1:] { // "Name 2"
		if second := r.value(w, []int{i}); second.Text != "" && second.At != p.Name.At && second.Text != p.Name.Text && digitsIn(second.Text) == 0 {
			p.Company = second
			return
		}
	}
}

// codeAndCity and cityAndCode are a postcode and a city in one cell.
var (
	codeAndCity = regexp.MustCompile(`^((?:[A-Z]{1,3}-)?(?:[0-9]{4} ?[A-Z]{2}|[0-9]{2,5}(?:[- ][0-9]{2,4})?|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]))[ ,/]+(\p{L}[^0-9]{2,})$`)
	cityAndCode = regexp.MustCompile(`^(\p{L}[^0-9]{2,}?)[ ,/]+((?:[A-Z]{2} )?(?:[0-9]{4} ?[A-Z]{2}|[0-9]{4,5}(?:-[0-9]{3,4})?|[0-9]{2,3}-[0-9]{3,4}|[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]))$`)
)

// place divides a postcode and a city that stand in one cell, under the heading of either.
func place(p *parsers.Party) {
	whole := p.Postcode
	if whole.Text == "" {
		whole = p.City
	}
	if whole.Text == "" || p.Postcode.Text != "" && p.City.Text != "" && p.City.Text != p.Postcode.Text || !strings.ContainsAny(whole.Text, "0123456789") {
		return
	}
	code, city := 1, 2
	m := codeAndCity.FindStringSubmatchIndex(whole.Text)
	if m == nil {
		if m = cityAndCode.FindStringSubmatchIndex(whole.Text); m == nil {
			return
		}
		code, city = 2, 1
	}
	p.Postcode, p.City = within(whole, m[2*code], m[2*code+1]), within(whole, m[2*city], m[2*city+1])
}

// within is a piece of a value. In a text it has a place of its own, in a workbook or a file of rows the cell's.
func within(v parsers.Value, from, to int) parsers.Value {
	piece := parsers.Value{Text: v.Text[from:to], At: v.At}
	if v.At.Row == 0 && v.At.End-v.At.Start == len(v.Text) {
		piece.At.Start, piece.At.End = v.At.Start+from, v.At.Start+to
	}
	return piece
}
