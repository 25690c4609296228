package match

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// nation is what names and addresses look like in a country. The lists hold what is common there, the commonest first; what is rare is put together
// from syllables, so that a million orders have as many different names as a million people. Nobody in it lives anywhere.
type nation struct {
	country       string
	share         int // of the orders
	given, family []string
	heads, tails  []string // of rarer family names, streets and places
	cities        []string // "name/other name/…", the largest first
	streets       []string // "%s" is a rarer name
	line          string   // "12 High Street": how street and number stand together: "n s", "s n"
	unit          string   // how a flat is written, "" where it is not
	postcode      string   // 0 a digit, A a letter; the first digits are the city's
	prefix        string   // of phone numbers
}

func list(s string) []string { return strings.Fields(s) }

func phrases(s string) []string {
	all := strings.Split(s, ",")
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

var nations = []nation{
	{"US", 22, list("James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan Joseph Jessica Thomas Sarah Charles Karen Christopher Lisa Daniel Nancy Matthew Betty Anthony Sandra Mark Margaret Donald Ashley Steven Kimberly Andrew Emily Paul Donna Joshua Michelle Kenneth Carol Kevin Amanda Brian Melissa Tyrone Latoya Hector Guadalupe"),
		list("Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts"),
		list("Ash Black Brook Carl Clif Cross Dun East Fair Glen Gran Green Hart Hazel Kirk Lang Lin Mar Nor Oak Pem Red Shel Stan Thorn Wal West Whit Win Wood"), list("berg bourne brook by croft dale den field ford ham hurst ington land ley man more ridge sby son stead ston ter thorpe ton ville wick well worth"),
		phrases("New York/NYC, Los Angeles/LA, Chicago, Houston, Phoenix, Philadelphia, San Antonio, San Diego, Dallas, Jacksonville, Austin, Fort Worth/Ft Worth, Columbus, Charlotte, Saint Louis/St. Louis, Denver, Nashville, Portland, Memphis, Springfield"),
		phrases("Main Street, Oak Avenue, Park Avenue, Washington Street, Maple Street, Second Street, Cedar Lane, Elm Street, Lake Drive, Sunset Boulevard, 5th Avenue, %s Road, %s Street, %s Drive, %s Lane, %s Court, %s Way, N %s Street"),
		"n s", "Apt %d", "00000", "+1"},
	{"GB", 12, list("Oliver Amelia George Olivia Harry Isla Noah Ava Jack Emily Charlie Sophie Leo Grace Jacob Lily Freddie Ella Alfie Freya Mohammed Aisha Callum Fiona Rhys Megan Ian Moira Nigel Beryl Trevor Hazel Gareth Sian Stuart Heather Duncan Rosemary Graham Pauline"),
		list("Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Robinson Wright Thompson Evans Walker White Roberts Green Hall Thomas Clarke Jackson Wood Harris Edwards Turner Martin Cooper Hill Ward Hughes Moore Clark King Harrison Lewis Baker Lee Allen Morris Khan Scott Watson Davis Parker James Bennett Young Phillips Richardson Mitchell"),
		list("Alder Ash Barn Beck Birk Black Brad Bram Cald Chad Clay Col Dun Farn Gar Grim Hal Hather Holm Kel Lang Mel Nether Os Pem Rad Ship Stan Thorn Whit"), list("borough bourne bury by combe cote dale den don field ford gate ham head hurst ley low mere more ridge shaw stead stock thorpe ton wick worth yard"),
		phrases("London, Birmingham, Manchester, Glasgow, Leeds, Liverpool, Sheffield, Bristol, Edinburgh, Leicester, Newcastle upon Tyne/Newcastle, Cardiff, Nottingham, Stoke-on-Trent/Stoke, Southampton, Kingston upon Hull/Hull, Saint Albans/St Albans"),
		phrases("High Street, Station Road, Church Lane, Park Road, Victoria Road, London Road, Green Lane, Manor Road, Church Street, The Crescent, Queens Road, %s Road, %s Close, %s Avenue, %s Lane, %s Terrace, %s Drive"),
		"n s", "Flat %d", "AA0 0AA", "+44"},
	{"DE", 16, list("Peter Ursula Michael Karin Thomas Sabine Andreas Helga Wolfgang Renate Klaus Monika Jürgen Petra Günter Ingrid Stefan Gisela Christian Susanne Uwe Andrea Werner Brigitte Horst Claudia Frank Birgit Dieter Heike Manfred Erika Jörg Käthe Björn Anja Matthias Gabriele Friedrich Elisabeth"),
		list("Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Schmitz Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert"),
		list("Acker Alt Baum Berg Birken Brand Buch Dorn Eber Eichen Feld Grün Hasel Hof Käs Linden Lütt Moos Neu Ober Rein Rosen Roth Schön Stein Sträß Tann Wald Wei Ziegel"), list("acher bach bauer beck berg brink burg dorf er feld felder garten haus heim hofer horst huber inger kamp lein mann meister müller ner rich stein sträter thal wald weiler"),
		phrases("Berlin, Hamburg, München/Munich/Muenchen, Köln/Cologne/Koeln, Frankfurt am Main/Frankfurt/Frankfurt a.M., Stuttgart, Düsseldorf/Duesseldorf, Leipzig, Dortmund, Essen, Bremen, Dresden, Hannover/Hanover, Nürnberg/Nuremberg/Nuernberg, Duisburg, Münster/Muenster, Halle (Saale)/Halle, Freiburg im Breisgau/Freiburg"),
		phrases("Hauptstraße, Bahnhofstraße, Schulstraße, Gartenstraße, Dorfstraße, Bergstraße, Lindenweg, Kirchplatz, Goethestraße, Am Anger, Mühlenweg, %sstraße, %sweg, %sallee, %sgasse, An der %s, %sring"),
		"s n", "", "00000", "+49"},
	{"FR", 10, list("Jean Marie Pierre Nathalie Michel Isabelle André Sylvie Philippe Catherine René Françoise Alain Martine Jacques Christine Bernard Monique Marcel Valérie Daniel Sandrine Éric Véronique François Hélène Jérôme Aurélie Loïc Céline Jean-Luc Anne-Sophie Jean-Pierre Marie-Claire"),
		list("Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefèvre Leroy Roux David Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefebvre Faure André Mercier Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia"),
		list("Bel Bois Bour Cham Char Clair Cour Delà Es Far Ger Gran Hau Lam Lan Mal Mar Mon Per Pont Ri Roch Saint Sau Tré Val Ver Vil"), list("ard aud ault bert bois cy deau don eau elle et euil fort gny gues ier in lard let lon mont nay neau not oux quet rac ron teau val villon"),
		phrases("Paris, Marseille/Marseilles, Lyon/Lyons, Toulouse, Nice, Nantes, Strasbourg/Straßburg, Montpellier, Bordeaux, Lille, Rennes, Reims, Saint-Étienne/St Etienne, Le Havre, Toulon, Grenoble, Dijon, Angers"),
		phrases("Rue de l'Église, Grande Rue, Rue du Moulin, Place de la Mairie, Rue de la Gare, Avenue Victor Hugo, Rue Pasteur, Rue des Écoles, Chemin des Vignes, Boulevard Gambetta, Rue %s, Avenue %s, Chemin de %s, Impasse %s, Allée %s, Route de %s"),
		"n s", "Appt %d", "00000", "+33"},
	{"ES", 8, list("Antonio María Manuel Carmen José Ana Francisco Isabel David Laura Juan Cristina Javier Marta Daniel Lucía Carlos Elena Jesús Pilar Alejandro Dolores Miguel Raquel Rafael Sara Ángel Begoña Íñigo Nuria"),
		list("García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Ruiz Hernández Díaz Moreno Muñoz Álvarez Romero Alonso Gutiérrez Navarro Torres Domínguez Vázquez Ramos Gil Ramírez Serrano Blanco Molina"),
		list("Al Ar Bar Ber Cal Can Cas Cer Den Es Fon Gal Guar Her La Mal Man Mon Or Pal Pe Qui Ro Sal San Sor Tor Val Vi Zar"), list("ada ales ante ara arro asco billo cedo dana dero dillo do era eta fuentes gara illo iz ldo lero mar mendi nares ola quera rejo sola tero ves zón"),
		phrases("Madrid, Barcelona, Valencia/València, Sevilla/Seville, Zaragoza/Saragossa, Málaga/Malaga, Murcia, Palma de Mallorca/Palma, Bilbao, Alicante/Alacant, Córdoba/Cordova, Valladolid, Vigo, Gijón, A Coruña/La Coruña"),
		phrases("Calle Mayor, Calle Real, Avenida de la Constitución, Plaza de España, Calle del Sol, Calle Nueva, Paseo de la Estación, Calle San José, Calle %s, Avenida de %s, Plaza %s, Camino de %s, Ronda de %s"),
		"s, n", "%dº B", "00000", "+34"},
	{"IT", 8, list("Giuseppe Maria Giovanni Anna Antonio Rosa Mario Angela Luigi Giovanna Francesco Teresa Vincenzo Lucia Salvatore Carmela Domenico Caterina Roberto Francesca Andrea Elena Marco Giulia Niccolò Chiara Alessandro Sara Matteo Paola"),
		list("Rossi Russo Ferrari Esposito Bianchi Romano Colombo Ricci Marino Greco Bruno Gallo Conti De-Luca Costa Giordano Mancini Rizzo Lombardi Moretti Barbieri Fontana Santoro Mariani Rinaldi Caruso Ferrara Galli Martini Leone"),
		list("Al Ba Bel Ber Bon Bra Cal Can Car Cas Cor Don Fa Fer Gal Gar Lan Lom Mal Mar Mon Pal Pas Per Pic Ro San Tom Vil Zan"), list("acci aldi ani ardi aro asso atti bardi betti bini cchi ccini dini doni elli enzi etti gari ghi ini lini lotti netti noni ossi otti rini setti tini voli"),
		phrases("Roma/Rome, Milano/Milan, Napoli/Naples, Torino/Turin, Palermo, Genova/Genoa, Bologna, Firenze/Florence, Bari, Catania, Venezia/Venice, Verona, Messina, Padova/Padua, Trieste, Reggio nell'Emilia/Reggio Emilia"),
		phrases("Via Roma, Via Garibaldi, Corso Italia, Via Dante Alighieri, Piazza Cavour, Via Giuseppe Mazzini, Via Verdi, Viale della Vittoria, Via %s, Viale %s, Piazza %s, Corso %s, Vicolo %s"),
		"s, n", "Int. %d", "00000", "+39"},
	{"NL", 6, list("Jan Maria Johannes Anna Pieter Johanna Cornelis Elisabeth Hendrik Cornelia Willem Sanne Daan Emma Sem Julia Bram Lotte Thijs Fleur Ruben Anouk Joost Marieke"),
		list("de-Jong Jansen de-Vries van-den-Berg van-Dijk Bakker Janssen Visser Smit Meijer de-Boer Mulder de-Groot Bos Vos Peters Hendriks van-Leeuwen Dekker Brouwer de-Wit Dijkstra Smits de-Graaf van-der-Meer"),
		list("Achter Berk Beuk Blok Broek Dam Dijk Eik Geer Haar Heer Hoog Kamp Kerk Kruis Linde Meer Molen Noord Oost Ploeg Riet Schouten Slot Veld Vliet West Wijn Zand Zuid"), list("aar beek berg brink broek burg dijk donk enaar enburg haar hof horst huis hoven ink kamp laar man meier molen ra rode schot stra veen veld voort wijk zicht"),
		phrases("Amsterdam, Rotterdam, Den Haag/'s-Gravenhage/The Hague, Utrecht, Eindhoven, Groningen, Tilburg, Almere, Breda, Nijmegen, 's-Hertogenbosch/Den Bosch, Haarlem, Arnhem, Zwolle"),
		phrases("Kerkstraat, Dorpsstraat, Molenweg, Schoolstraat, Stationsweg, Julianalaan, Prinses Beatrixstraat, %sstraat, %sweg, %slaan, %splein, Oude %sweg"),
		"s n", "bis %d", "0000 AA", "+31"},
	{"PL", 6, list("Anna Piotr Maria Krzysztof Katarzyna Andrzej Małgorzata Tomasz Agnieszka Jan Barbara Paweł Ewa Michał Krystyna Marcin Elżbieta Stanisław Zofia Jakub Łukasz Święcisława Grażyna Zbigniew"),
		list("Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur Kwiatkowski Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Król Wróbel Jabłoński"),
		list("Bar Bog Brzez Chmiel Czar Dęb Gaj Głow Gór Jab Jagiel Jasiń Kali Klim Kra Lip Łąk Mal Mich Mro Olsz Ostr Pi Rud Sos Staw Sza Wie Zab Żur"), list("acki aj ak alski ański arek ecki ejko eński ewicz icki icz ikowski iński isz kiewicz kowiak ło nicki nik owicz owiec owski ski szczak szewski ura wicki ycki yński"),
		phrases("Warszawa/Warsaw, Kraków/Cracow/Krakow, Łódź/Lodz, Wrocław/Breslau/Wroclaw, Poznań/Poznan, Gdańsk/Danzig/Gdansk, Szczecin/Stettin, Bydgoszcz, Lublin, Białystok, Katowice, Gdynia, Częstochowa"),
		phrases("ul. Polna, ul. Leśna, ul. Słoneczna, ul. Krótka, ul. Szkolna, ul. Ogrodowa, al. Jana Pawła II, ul. Długa, os. Zielone, pl. Wolności, ul. %sa, ul. %sska, al. %sa, pl. %si"),
		"s n", "m. %d", "00-000", "+48"},
	{"PT", 4, list("Maria José Ana João António Manuel Francisco Teresa Carlos Isabel Paulo Margarida Luís Beatriz Rui Inês Tiago Catarina Gonçalo Conceição"),
		list("Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro Pinto Carvalho Teixeira Moreira Correia Mendes Nunes"),
		list("Al An Ar Ba Bel Ber Ca Cas Cor Es Fa Fi Fon Gui La Lou Ma Mei Mon Pa Pe Qui Re Ri Sal Sei Tel Va Vi"), list("ães ais al ão ares eda eira eiro el ela eto gal gueira ida inha inho lha lho lves mões nheiro ora ques rel roso sães tal vedo xoto zeda"),
		phrases("Lisboa/Lisbon, Porto/Oporto, Amadora, Braga, Setúbal/Setubal, Coimbra, Funchal, Vila Nova de Gaia/V. N. Gaia, Almada, Évora"),
		phrases("Rua Direita, Rua da Igreja, Avenida da Liberdade, Rua do Sol, Largo do Rossio, Travessa da Fonte, Rua 25 de Abril, Rua %s, Avenida %s, Largo %s, Travessa %s"),
		"s, n", "%dº Esq", "0000-000", "+351"},
	{"SE", 4, list("Lars Anna Mikael Eva Anders Maria Johan Karin Erik Kristina Per Lena Björn Åsa Göran Märta Sven Ulrika Håkan Örjan"), list("Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Olofsson"),
		list("Ahl Alm Berg Björk Blom Bo Dal Ek Eng Fors Gran Grön Hed Hög Käll Lind Ljung Lund Löf Malm Norr Ny Ram Sand Sjö Ström Söder Wall Väster Åker Ö"), list("berg blad bom by dahl en ell feldt gren holm häll in kvist lund löv man mark nér quist ros sen stedt sten strand ström vall ved än"),
		phrases("Stockholm, Göteborg/Gothenburg, Malmö, Uppsala, Västerås, Örebro, Linköping, Helsingborg, Jönköping, Norrköping"), phrases("Storgatan, Kungsgatan, Skolgatan, Drottninggatan, Ringvägen, Bergsgatan, %sgatan, %svägen, %sgränd"),
		"s n", "lgh %d", "000 00", "+46"},
	{"RU", 2, list("Александр Елена Сергей Ольга Владимир Наталья Андрей Татьяна Алексей Ирина Дмитрий Светлана Николай Мария Юрий Анна"), list("Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев Щербаков Жуков Цветков Чернышев"),
		list("Бел Бор Вер Гор Дом Ер Жел Зай Кал Кор Лап Мал Нос Пан Рог Сав Тар Ур Фил Хар Чер Шап"), list("ев ин ков лов нов ов ский тин хин цев чев шин ых явский"),
		phrases("Москва/Moscow/Moskva, Санкт-Петербург/Saint Petersburg/SPb, Новосибирск/Novosibirsk, Екатеринбург/Yekaterinburg, Казань/Kazan, Самара/Samara"), phrases("ул. Ленина, ул. Мира, пр. Победы, ул. Садовая, ул. %sа, пер. %sский"),
		"s, n", "кв. %d", "000000", "+7"},
	{"GR", 2, list("Γιώργος Μαρία Δημήτρης Ελένη Κώστας Αικατερίνη Ιωάννης Βασιλική Νίκος Σοφία Χρήστος Αγγελική"), list("Παπαδόπουλος Βλάχος Αγγελόπουλος Νικολαΐδης Γεωργίου Πετρίδης Αθανασίου Δημητρίου Καραγιάννης Οικονόμου Ψαρράς Ξανθόπουλος"),
		list("Αλεξ Βασιλ Γερ Δουκ Ζαφειρ Θεοδωρ Καλ Λαμπ Μαρ Μιχ Παπα Ραπτ Σταυρ Τσικ Φωτ Χατζη"), list("άκης άτος έας ίδης όγλου όπουλος ου άς ίου ινός"),
		phrases("Αθήνα/Athens/Athina, Θεσσαλονίκη/Thessaloniki, Πάτρα/Patras, Ηράκλειο/Heraklion, Λάρισα/Larissa"), phrases("Ερμού, Λεωφόρος Αλεξάνδρας, Αγίου Γεωργίου, Σόλωνος, %s, Λεωφόρος %s"),
		"s n", "", "000 00", "+30"},
	{"JP", 2, list("Hiroshi Yoko Takashi Keiko Kenji Akiko Haruto Yui Ren Sakura Kaito Aoi Satoshi Emi Daisuke Naoko"), list("Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Yamaguchi Matsumoto Inoue Kimura Hayashi Shimizu Saito Ohno Ueda"),
		list("Aki Asa Fuji Fuku Hara Hase Hira Hoshi Ichi Ishi Iwa Kage Kita Kuro Maru Mina Mori Naga Naka Nishi Oka Sawa Shira Taka Tani Toyo Uchi Yoko Yoshi"), list("bashi be da gawa guchi hara hashi hira i kami kawa ki mi moto mura naga no oka saka saki sawa shima ta tani uchi wara ya yama zaki"),
		phrases("Tokyo/Tōkyō, Yokohama, Osaka/Ōsaka, Nagoya, Sapporo, Fukuoka, Kawasaki, Kobe/Kōbe, Kyoto/Kyōto, Saitama"), phrases("Chuo, Honmachi, Sakuragaoka, Midori-cho, %s-cho, %s-dori, Higashi-%s"),
		"n s", "Room %d", "000-0000", "+81"},
	{"CN", 2, list("Wei Fang Min Jing Li Qiang Lei Na Yang Xiuying Jun Jie Tao Ming Chao Juan Ping Gang Xiaoming Yulan"), list("Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Zhu Hu Guo He Lin Gao Luo Zheng Liang Xie Song Tang"),
		list("Chang Dong Fu Guang Hai He Hong Hua Jiang Jin Kai Long Nan Ping Qing Shan Tai Wan Xi Xin Yong Zhong"), list("an bei cheng chuan dong hai hu jiang jing kou men nan ning shan tou xi yang yuan zhou"),
		phrases("Shanghai, Beijing/Peking, Guangzhou/Canton, Shenzhen, Chengdu, Hangzhou, Wuhan, Nanjing/Nanking"), phrases("Renmin Road, Zhongshan Road, Jiefang Road, Nanjing West Road, %s Road, %s Street, %s Avenue"),
		"n s", "Room %d", "000000", "+86"},
}

// zipf picks a rank: the first is taken about twice as often as the second, and most ranks hardly ever.
func zipf(r *rand.Rand, n int) int {
	if n <= 1 {
		return 0
	}
	return int(rand.NewZipf(r, 1.07, 3, uint64(n-1)).Uint64())
}

// rare is the n-th name that is put together from syllables.
func (c *nation) rare(n int) string {
	name := c.heads[n%len(c.heads)]
	n /= len(c.heads)
	tail := c.tails[n%len(c.tails)]
	if n /= len(c.tails); n > 0 {
		name += strings.ToLower(c.heads[n%len(c.heads)])
	}
	return name + tail
}

const rareNames = 12_000

func (c *nation) familyName(r *rand.Rand) string {
	n := zipf(r, len(c.family)+rareNames)
	if n < len(c.family) {
		return strings.ReplaceAll(c.family[n], "-", " ")
	}
	return c.rare(n - len(c.family))
}

func (c *nation) givenName(r *rand.Rand) string { return c.given[zipf(r, len(c.given))] }

// place is a city with its postcode area.
func (c *nation) place(r *rand.Rand) (city, postcode string) {
	n := zipf(r, len(c.cities)+1500)
	name := ""
	if n < len(c.cities) {
		name, _, _ = strings.Cut(c.cities[n], "/")
	} else {
		name = c.rare(n - len(c.cities))
	}
	// A city has the more postcodes the larger it is.
	quarter := r.IntN(1 + 120/(1+n))
	seed := uint64(n*1000 + quarter)
	own := rand.New(rand.NewPCG(seed, uint64(len(c.country))+uint64(c.country[0])<<8))
	area := fmt.Sprintf("%04d", (n*37+quarter)%10_000)
	used := 0
	postcode = strings.Map(func(x rune) rune {
		switch x {
		case '0':
			if used < len(area) {
				used++
				return rune(area[used-1])
			}
			return rune('0' + own.IntN(10))
		case 'A':
			return rune("ABCDEFGHJKLNPRSTWXY"[own.IntN(19)])
		}
		return x
	}, c.postcode)
	return name, postcode
}

func (c *nation) streetName(r *rand.Rand) string {
	n := zipf(r, len(c.streets)*60)
	pattern := c.streets[min(n, len(c.streets)-1)]
	if n >= len(c.streets) {
		pattern = c.streets[r.IntN(len(c.streets))]
	}
	if strings.Contains(pattern, "%s") {
		return fmt.Sprintf(pattern, c.rare(zipf(r, 3000)))
	}
	return pattern
}
