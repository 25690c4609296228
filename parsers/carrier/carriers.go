package carrier

// carrier is what is known of one company. Slugs are AfterShip's where the contract of `waybill match` names none.
type carrier struct {
	slug string
	name string // for people
	// family is the slug whose plain name also stands for this one: "DHL" may mean DHL Express or the German parcel service.
	family string
	// names are other names, codes (SCAC of the NMFTA) and old names, folded: lower case, no accents, words apart by one space.
	names []string
	// hosts are domains of its tracking pages; a subdomain counts.
	hosts []string
	// page is the tracking page, "%s" stands for the number; empty when the page needs more than the number.
	page string
}

// formerSlugs are what this table called some carriers before; stores and profiles may hold them still.
var formerSlugs = map[string]string{
	"mondial-relay": "mondialrelay", "relais-colis": "relaiscolis", "correos-express": "correosexpress", "seur": "spanish-seur", "sda-it": "italy-sda",
	"nexive": "tntpost-it", "apc": "apc-overnight", "dhl-parcel-uk": "dhlparcel-uk", "startrack": "star-track", "yunda": "yundaex",
}

// carriers is the table of companies. Pages and hosts are those that the companies publish.
var carriers = []carrier{
	// North America
	{"ups", "UPS", "", []string{"united parcel", "united parcel service", "upsn", "upss", "upgf", "ups ground", "ups standard", "ups express", "ups saver", "ups worldwide", "ups access point", "ups next day air", "ups 2nd day air"}, []string{"ups.com"}, "https://www.ups.com/track?tracknum=%s"},
	{"ups-mi", "UPS Mail Innovations", "ups", []string{"ups mi", "ups mail innovations", "mail innovations", "upsmi", "ups surepost"}, []string{"upsmi.com", "ups-mi.net"}, "https://www.ups.com/track?tracknum=%s"},
	{"usps", "USPS", "", []string{"us postal service", "u s postal service", "united states postal service", "us mail", "us post", "us postal", "priority mail", "first class mail", "first class package", "usps priority", "usps ground advantage", "ground advantage", "parcel select"}, []string{"usps.com"}, "https://tools.usps.com/go/TrackConfirmAction?tLabels=%s"},
	{"fedex", "FedEx", "", []string{"fdx", "fedx", "fdeg", "fxfe", "fxnl", "federal express", "fexed", "fde", "fden", "fdxg", "fedex ground", "fedex home delivery", "fedex home", "fedex express", "fedex smartpost", "fedex ground economy", "smartpost", "fed ex", "fedexp"}, []string{"fedex.com"}, "https://www.fedex.com/fedextrack/?trknbr=%s"},
	{"ontrac", "OnTrac", "", []string{"on trac", "ontrac logistics", "emsy"}, []string{"ontrac.com"}, "https://www.ontrac.com/tracking/?number=%s"},
	{"lasership", "LaserShip", "", []string{"laser ship"}, []string{"lasership.com"}, "https://www.lasership.com/track/%s"},
	{"amazon", "Amazon Logistics", "", []string{"amazon", "amazon shipping", "amzl", "amzl us", "amazon logistics us", "amazon transport"}, []string{"track.amazon.com", "swiship.com", "swiship.co.uk", "swiship.de", "swiship.fr", "swiship.it", "swiship.es", "swiship.ca"}, "https://track.amazon.com/tracking/%s"},
	{"pitney-bowes", "Pitney Bowes", "", []string{"newgistics", "pb parcel"}, []string{"pitneybowes.com", "tracking.pb.com"}, "https://trackpackage.pitneybowes.com/track-details/%s"},
	{"gofo-express", "GOFO Express", "", []string{"gofo"}, []string{"gofoexpress.com", "gofo.com"}, ""},
	{"speedee", "Spee-Dee Delivery", "", []string{"spee dee", "speedee delivery"}, []string{"speedeedelivery.com"}, "https://speedeedelivery.com/track-a-shipment/?barcode=%s"},
	{"uniuni", "UniUni", "", []string{"uni uni", "uni express"}, []string{"uniuni.com"}, ""},
	{"veho", "Veho", "", []string{"shipveho", "veho tech"}, []string{"shipveho.com"}, ""},
	{"landmark-global", "Landmark Global", "", []string{"landmark"}, []string{"landmarkglobal.com"}, "https://track.landmarkglobal.com/?search=%s"},
	{"old-dominion", "Old Dominion Freight Line", "", []string{"old dominion", "odfl"}, []string{"odfl.com"}, ""},
	{"estes", "Estes", "", []string{"estes express", "exla"}, []string{"estes-express.com"}, ""},
	{"saia-freight", "Saia", "", []string{"saia ltl", "saia"}, []string{"saia.com"}, ""},
	{"xpo-logistics", "XPO", "", []string{"xpo", "xpo logistics", "cnwy"}, []string{"xpo.com"}, ""},
	{"rl-carriers", "R+L Carriers", "", []string{"r l carriers", "r and l carriers", "rlca"}, []string{"rlcarriers.com"}, ""},
	{"canada-post", "Canada Post", "", []string{"postes canada", "post canada", "canadapost", "expedited parcel", "xpresspost"}, []string{"canadapost.ca", "canadapost-postescanada.ca", "postescanada.ca"}, "https://www.canadapost-postescanada.ca/track-reperage/en#/search?searchFor=%s"},
	{"purolator", "Purolator", "", []string{"puro", "purolator courier", "prlt"}, []string{"purolator.com"}, "https://www.purolator.com/en/shipping/tracker?pin=%s"},
	{"canpar", "Canpar", "", []string{"canpar express", "canpar courier"}, []string{"canpar.com", "canpar.ca"}, "https://www.canpar.com/en/tracking/delivery_options.htm?barcode=%s"},
	{"loomis-express", "Loomis Express", "", []string{"loomis"}, []string{"loomisexpress.com", "loomis-express.com"}, ""},
	{"intelcom-ca", "Intelcom", "", []string{"intelcom", "intelcom express", "dragonfly"}, []string{"intelcom.ca", "dragonflyshipping.com", "dragonflyshipping.ca"}, ""},
	{"asendia", "Asendia", "", []string{"asendia usa", "asendia uk", "asendia de"}, []string{"asendia.com", "asendiausa.com"}, "https://tracking.asendia.com/tracking/%s"},

	// DHL and German carriers
	{"dhl", "DHL Express", "dhl", []string{"dhl", "dhl worldwide", "dhl express worldwide", "dhl intl", "dhl international", "dhlexpress", "dhl exp"}, []string{"dhl.com", "mydhl.express.dhl", "express.dhl"}, "https://www.dhl.com/global-en/home/tracking.html?tracking-id=%s"},
	{"dhl-germany", "DHL Paket", "dhl", []string{"dhl paket", "deutsche post dhl", "dhl germany", "dhl deutschland", "dhl parcel", "dhl de", "dhl packchen", "dhl packstation", "dhl warenpost", "dhl paeckchen", "dhl parcel de", "dhl domestic", "dhl national"}, []string{"dhl.de"}, "https://www.dhl.de/de/privatkunden/pakete-empfangen/verfolgen.html?piececode=%s"},
	{"dhl-global-mail", "DHL eCommerce", "dhl", []string{"dhl ecommerce", "dhl ecom", "dhl e commerce", "dhl global mail", "dhl ecommerce solutions", "dhl smartmail", "smartmail"}, []string{"webtrack.dhlecs.com", "dhlecs.com", "webtrack.dhlglobalmail.com"}, "https://webtrack.dhlecs.com/?trackingnumber=%s"},
	{"dhl-benelux", "DHL Benelux", "dhl", []string{"dhl benelux", "dhl nl", "dhl nederland", "dhl parcel nl", "dhl for you"}, []string{"dhlparcel.nl", "my.dhlecommerce.nl", "dhlecommerce.nl"}, "https://my.dhlecommerce.nl/home/tracktrace/%s"},
	{"dhlparcel-uk", "DHL Parcel UK", "dhl", []string{"dhl parcel uk", "uk mail", "ukmail", "dhl ecommerce uk"}, []string{"dhlparcel.co.uk", "dhlecommerce.co.uk"}, ""},
	{"deutsch-post", "Deutsche Post", "dhl", []string{"deutsche post", "deutsche post brief", "dp brief", "warenpost", "deutsche post mail"}, []string{"deutschepost.de"}, "https://www.deutschepost.de/de/s/sendungsverfolgung.html?piececode=%s"},
	{"hermes-de", "Hermes Germany", "evri", []string{"hermes germany", "hermes deutschland", "hermes versand", "hermes paket", "hermes de", "hermes paketshop", "hermes logistik", "hermes logistik gruppe", "hermes einrichtungs service", "myhermes de"}, []string{"myhermes.de", "hermesworld.com"}, "https://www.myhermes.de/empfangen/sendungsverfolgung/sendungsinformation#%s"},
	{"dpd", "DPD", "", []string{"dpd group", "dpdgroup", "dynamic parcel distribution", "geopost", "dpd classic", "dpd predict", "dpd local", "dpd uk", "dpd de", "dpd germany", "dpd deutschland", "dpd france", "dpd polska", "dpd nl", "interlink", "interlink express"}, []string{"dpd.com", "dpd.de", "dpd.co.uk", "dpdlocal.co.uk", "dpdgroup.com", "dpd.fr", "dpd.nl", "dpd.be", "dpd.ie", "dpd.com.pl", "dpd.cz", "dpd.ch", "dpd.at", "dpd.it", "dpd.pt"}, "https://www.dpdgroup.com/nl/mydpd/my-parcels/track?lang=en&parcelNumber=%s"},
	{"gls", "GLS", "", []string{"general logistics systems", "gls paket", "gls parcel", "gls group", "gls germany", "gls de", "gls business parcel", "gls france", "gls netherlands", "gls us", "gls austria"}, []string{"gls-group.eu", "gls-group.com", "gls-pakete.de", "gls-us.com", "gls-info.nl", "gls-canada.com", "gls-spain.es", "gls-hungary.com", "gls-czech.com"}, "https://gls-group.eu/track/%s"},
	{"gls-italy", "GLS Italy", "gls", []string{"gls italy", "gls italia"}, []string{"gls-italy.com"}, "https://www.gls-italy.com/it/servizi-per-destinatari/ricerca-spedizione?match=%s"},

	// United Kingdom and Ireland
	{"royal-mail", "Royal Mail", "", []string{"royalmail", "rm tracked", "royal mail tracked 24", "royal mail tracked 48", "royal mail special delivery", "special delivery guaranteed", "signed for", "royal mail signed for", "tracked 24", "tracked 48", "rm24", "rm48"}, []string{"royalmail.com"}, "https://www.royalmail.com/track-your-item#/tracking-results/%s"},
	{"evri", "Evri", "evri", []string{"hermes", "myhermes", "my hermes", "hermes uk", "hermesworld", "hermes parcelnet", "evri uk", "evry"}, []string{"evri.com", "myhermes.co.uk", "hermesworld.co.uk"}, "https://www.evri.com/track/parcel/%s"},
	{"yodel", "Yodel", "", []string{"yodel direct", "yodel uk", "home delivery network"}, []string{"yodel.co.uk"}, "https://www.yodel.co.uk/tracking/%s"},
	{"parcelforce", "Parcelforce", "royal-mail", []string{"parcel force", "parcelforce worldwide", "parcelforce 24", "parcelforce 48", "pfw"}, []string{"parcelforce.com"}, "https://www.parcelforce.com/track-trace?trackNumber=%s"},
	{"dx-delivery", "DX", "", []string{"dx delivery", "dx freight", "dx express", "dx group"}, []string{"dxdelivery.com", "thedx.co.uk"}, ""},
	{"apc-overnight", "APC Overnight", "", []string{"apc", "apc uk"}, []string{"apc-overnight.com"}, ""},
	{"an-post", "An Post", "", []string{"anpost", "irish post"}, []string{"anpost.com", "anpost.ie"}, "https://www.anpost.com/Post-Parcels/Track/History?item=%s"},
	{"fastway-ireland", "Fastway Ireland", "", []string{"fastway ireland", "fastway couriers ireland"}, []string{"fastway.ie"}, ""},

	// France, Benelux, Switzerland, Austria
	{"colissimo", "Colissimo", "", []string{"la poste", "laposte", "la poste colissimo", "lettre suivie", "poste francaise", "collissimo", "colisimo"}, []string{"laposte.fr", "colissimo.fr", "laposte.net"}, "https://www.laposte.fr/outils/suivre-vos-envois?code=%s"},
	{"chronopost-france", "Chronopost", "", []string{"chronopost", "chrono post", "chronopost france", "chrono relais", "chrono 13", "chrono 18"}, []string{"chronopost.fr", "chronopost.com"}, "https://www.chronopost.fr/tracking-no-cms/suivi-page?listeNumerosLT=%s"},
	{"mondialrelay", "Mondial Relay", "", []string{"mondialrelay", "mondial relais", "point relais mondial"}, []string{"mondialrelay.fr", "mondialrelay.com", "mondialrelay.be"}, "https://www.mondialrelay.fr/suivi-de-colis/?numeroExpedition=%s"},
	{"relaiscolis", "Relais Colis", "", []string{"relaiscolis"}, []string{"relaiscolis.com"}, ""},
	{"colis-prive", "Colis Privé", "", []string{"colis prive", "colisprive"}, []string{"colisprive.fr", "colisprive.com"}, "https://colisprive.com/moncolis/pages/detailColis.aspx?numColis=%s"},
	{"postnl", "PostNL", "", []string{"post nl", "tnt post nl", "postnl pakket"}, []string{"postnl.nl", "postnl.post", "postnl.be", "jouw.postnl.nl"}, "https://postnl.post/details/?barcodes=%s"},
	{"bpost", "bpost", "", []string{"b post", "belgian post", "bpack", "de post", "bpost belgium"}, []string{"bpost.be", "bpost.cloud", "bpostinternational.com"}, "https://track.bpost.cloud/btr/web/#/search?itemCode=%s"},
	{"swiss-post", "Swiss Post", "", []string{"die post schweiz", "die post", "schweizer post", "schweizerische post", "la poste suisse", "posta svizzera", "postpac"}, []string{"post.ch", "swisspost.ch", "swisspost.com"}, "https://service.post.ch/ekp-web/ui/entry/search/%s"},
	{"austrian-post", "Austrian Post", "", []string{"osterreichische post", "osterr post", "oest post", "oesterreichische post", "post at", "austria post", "die post osterreich"}, []string{"post.at"}, "https://www.post.at/sv/sendungsdetails?snr=%s"},
	{"tnt", "TNT", "", []string{"tnt express", "tnt international", "tnt france", "tnt uk", "tnt italy"}, []string{"tnt.com", "tnt.fr", "tnt.it"}, "https://www.tnt.com/express/en_gc/site/shipping-tools/tracking.html?searchType=con&cons=%s"},

	// Spain, Portugal, Italy
	{"correos", "Correos", "", []string{"correos espana", "correos de espana", "spain post", "spanish post", "paq correos"}, []string{"correos.es"}, "https://www.correos.es/es/es/herramientas/localizador/envios/detalle?tracking-number=%s"},
	{"correosexpress", "Correos Express", "", []string{"correosexpress", "chronoexpres", "cex"}, []string{"correosexpress.com", "correosexpress.es"}, ""},
	{"spanish-seur", "SEUR", "", []string{"spanish seur", "seur espana"}, []string{"seur.com"}, "https://www.seur.com/miseur/mis-envios?tracking=%s"},
	{"mrw-spain", "MRW", "", []string{"mrw", "mrw transporte"}, []string{"mrw.es"}, "https://www.mrw.es/seguimiento_envios/MRW_resultados_consultas.asp?modo=nacional&envio=%s"},
	{"nacex-spain", "Nacex", "", []string{"nacex"}, []string{"nacex.es", "nacex.com"}, ""},
	{"ctt-express", "CTT Express", "", []string{"ctt expresso", "cttexpress"}, []string{"cttexpress.com", "cttexpresso.pt"}, "https://www.cttexpress.com/localizador-de-envios/?sc=%s"},
	{"portugal-ctt", "CTT", "ctt-express", []string{"ctt", "ctt portugal", "ctt correios", "correios de portugal"}, []string{"ctt.pt"}, "https://www.ctt.pt/feapl_2/app/open/objectSearch/objectSearch.jspx?objects=%s"},
	{"poste-italiane", "Poste Italiane", "", []string{"posteitaliane", "poste it", "poste", "crono", "poste delivery", "paccocelere", "italian post"}, []string{"poste.it"}, "https://www.poste.it/cerca/index.html#/risultati-spedizioni/%s"},
	{"brt-it", "BRT Bartolini", "", []string{"brt", "bartolini", "brt corriere espresso", "brt bartolini", "corriere bartolini"}, []string{"brt.it", "bartolini.it"}, "https://vas.brt.it/vas/sped_det_show.hsm?referer=sped_numspe_par.htm&Nspediz=%s"},
	{"italy-sda", "SDA", "", []string{"sda", "sda express", "sda express courier", "sda corriere"}, []string{"sda.it"}, "https://www.sda.it/wps/portal/Servizi_online/dettaglio-spedizione?locale=it&tracing.letteraVettura=%s"},
	{"tntpost-it", "Nexive", "", []string{"tnt post italy", "tnt post italia", "tnt post"}, []string{"nexive.it"}, ""},

	// North and East
	{"postnord", "PostNord", "", []string{"post nord", "postnord sverige", "postnord danmark", "postnord mypack", "mypack", "posten ab", "post danmark", "postnord logistics"}, []string{"postnord.com", "postnord.se", "postnord.dk", "postnord.no", "postnord.fi"}, "https://portal.postnord.com/tracking/details/%s"},
	{"bring", "Bring", "", []string{"bring parcels", "bring se", "bring norge"}, []string{"bring.com", "bring.no", "bring.se", "bring.dk"}, "https://sporing.bring.no/sporing/%s"},
	{"posten-norge", "Posten Norge", "bring", []string{"posten norge", "posten norway", "norway post"}, []string{"posten.no"}, "https://sporing.posten.no/sporing/%s"},
	{"posti", "Posti", "", []string{"itella", "posti finland", "finland post"}, []string{"posti.fi"}, "https://www.posti.fi/seuranta#/lahetys/%s"},
	{"matkahuolto", "Matkahuolto", "", nil, []string{"matkahuolto.fi"}, "https://www.matkahuolto.fi/seuranta?parcelNumber=%s"},
	{"budbee", "Budbee", "", nil, []string{"budbee.com"}, ""},
	{"instabox", "Instabox", "", []string{"instabee"}, []string{"instabox.io", "instabee.com"}, ""},
	{"inpost", "InPost", "", []string{"in post", "paczkomaty", "inpost paczkomaty", "paczkomat", "inpost kurier", "inpost uk"}, []string{"inpost.pl", "inpost.co.uk", "inpost.it", "inpost.fr"}, "https://inpost.pl/sledzenie-przesylek?number=%s"},
	{"poczta-polska", "Poczta Polska", "", []string{"pocztex", "polish post", "poczta"}, []string{"poczta-polska.pl", "pocztex.pl"}, "https://emonitoring.poczta-polska.pl/?numer=%s"},
	{"orlen-paczka", "Orlen Paczka", "", []string{"orlen", "paczka w ruchu"}, []string{"orlenpaczka.pl"}, "https://www.orlenpaczka.pl/sledz-paczke/?numer=%s"},
	{"packeta", "Packeta", "", []string{"zasilkovna", "packeta group", "packetery"}, []string{"packeta.com", "zasilkovna.cz", "packeta.pl"}, "https://tracking.packeta.com/en/?id=%s"},
	{"ppl", "PPL", "", []string{"ppl cz", "professional parcel logistic", "ppl parcel"}, []string{"ppl.cz"}, "https://www.ppl.cz/vyhledat-zasilku?shipmentId=%s"},
	{"czech-post", "Czech Post", "", []string{"ceska posta", "balikovna"}, []string{"postaonline.cz", "ceskaposta.cz", "cpost.cz"}, "https://www.postaonline.cz/en/trackandtrace/-/zasilka/cislo?parcelNumbers=%s"},
	{"omniva", "Omniva", "", []string{"eesti post", "omniva ee", "omniva lt", "omniva lv", "estonian post"}, []string{"omniva.ee", "omniva.lt", "omniva.lv", "omniva.eu"}, "https://www.omniva.ee/track?barcode=%s"},
	{"venipak", "Venipak", "", nil, []string{"venipak.com", "venipak.lt", "venipak.lv", "venipak.ee"}, "https://venipak.com/tracking/track/%s"},
	{"magyar-posta", "Magyar Posta", "", []string{"hungarian post"}, []string{"posta.hu"}, ""},
	{"fan", "FAN Courier", "", []string{"fan courier"}, []string{"fancourier.ro"}, "https://www.fancourier.ro/awb-tracking/?awb=%s"},
	{"sameday", "Sameday", "", []string{"sameday courier", "easybox"}, []string{"sameday.ro", "sameday.hu"}, "https://sameday.ro/#awb=%s"},
	{"speedy", "Speedy", "", []string{"speedy bg"}, []string{"speedy.bg"}, "https://www.speedy.bg/en/track-shipment?shipmentNumber=%s"},
	{"econt", "Econt", "", []string{"econt express"}, []string{"econt.com"}, "https://www.econt.com/en/services/track-shipment/%s"},
	{"acscourier", "ACS Courier", "", []string{"acs courier", "acs greece"}, []string{"acscourier.net"}, ""},
	{"nova-poshta", "Nova Poshta", "", []string{"nova post", "novaposhta"}, []string{"novaposhta.ua", "novapost.com"}, ""},

	// Asia and Pacific
	{"china-post", "China Post", "", []string{"chinapost", "china post registered", "中国邮政", "邮政", "china post air mail"}, []string{"chinapost.com.cn", "11183.com.cn"}, ""},
	{"china-ems", "China EMS", "china-post", []string{"ems china", "epacket", "e packet", "china epacket", "eub", "china ems", "ems", "邮政ems", "ems特快专递", "特快专递"}, []string{"ems.com.cn"}, ""},
	{"yunexpress", "YunExpress", "", []string{"yun express", "yun tu", "yuntu", "云途"}, []string{"yuntrack.com", "yunexpress.com", "yunexpress.cn"}, "https://www.yuntrack.com/parcelTracking?id=%s"},
	{"4px", "4PX", "", []string{"4px express", "4 px", "four px", "fourpx", "递四方"}, []string{"4px.com"}, "https://track.4px.com/#/result/0/%s"},
	{"cainiao", "Cainiao", "", []string{"cai niao", "aliexpress standard shipping", "cainiao global", "菜鸟"}, []string{"cainiao.com"}, "https://global.cainiao.com/newDetail.htm?mailNoList=%s"},
	{"yanwen", "Yanwen", "", []string{"yan wen", "燕文"}, []string{"yw56.com.cn"}, "https://track.yw56.com.cn/en/querydel?nums=%s"},
	{"sf-express", "SF Express", "", []string{"sf", "s f express", "shunfeng", "shun feng", "sfexpress", "顺丰", "顺丰速运", "順豐", "順豐速運"}, []string{"sf-express.com", "sf-international.com"}, "https://www.sf-express.com/we/ow/chn/en/waybill/waybill-detail/%s"},
	{"yto", "YTO Express", "", []string{"yto", "yuantong", "圆通", "圆通速递"}, []string{"yto.net.cn"}, ""},
	{"zto-express", "ZTO Express", "", []string{"zto", "zhongtong", "中通", "中通快递"}, []string{"zto.com"}, ""},
	{"sto", "STO Express", "", []string{"sto", "shentong", "申通", "申通快递"}, []string{"sto.cn"}, ""},
	{"yundaex", "Yunda Express", "", []string{"yunda", "韵达", "韵达快递"}, []string{"yundaex.com"}, ""},
	{"jd-logistics", "JD Logistics", "", []string{"jd logistics", "jd express", "jdl", "京东", "京东物流"}, []string{"jdl.com"}, ""},
	{"jtexpress", "J&T Express", "", []string{"j t express", "jnt", "jt express", "极兔"}, []string{"jtexpress.com.cn", "jet.co.id", "jtexpress.my"}, ""},
	{"hong-kong-post", "Hongkong Post", "", []string{"hongkong post", "hk post", "香港邮政"}, []string{"hongkongpost.hk"}, "https://www.hongkongpost.hk/en/mail_tracking/index.html?trackcode=%s"},
	{"japan-post", "Japan Post", "", []string{"japanpost", "yu pack", "yupack", "jp post", "日本郵便", "郵便局", "ゆうパック", "ゆうパケット", "レターパック"}, []string{"post.japanpost.jp", "japanpost.jp"}, "https://trackings.post.japanpost.jp/services/srv/search/?requestNo1=%s"},
	{"taqbin-jp", "Yamato Transport", "", []string{"yamato", "kuroneko", "ta q bin", "taqbin", "ヤマト", "ヤマト運輸", "クロネコヤマト", "クロネコ", "宅急便"}, []string{"kuronekoyamato.co.jp"}, "https://toi.kuronekoyamato.co.jp/cgi-bin/tneko?number=%s"},
	{"sagawa", "Sagawa Express", "", []string{"sagawa", "佐川", "佐川急便", "飛脚宅配便"}, []string{"sagawa-exp.co.jp"}, "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=%s"},
	{"korea-post", "Korea Post", "", []string{"koreapost"}, []string{"epost.go.kr"}, ""},
	{"india-post", "India Post", "", []string{"speed post", "indiapost"}, []string{"indiapost.gov.in"}, ""},
	{"delhivery", "Delhivery", "", nil, []string{"delhivery.com"}, "https://www.delhivery.com/track/package/%s"},
	{"bluedart", "Blue Dart", "", []string{"blue dart", "blue dart express"}, []string{"bluedart.com"}, ""},
	{"ninjavan", "Ninja Van", "", []string{"ninja van"}, []string{"ninjavan.co"}, ""},
	{"singapore-post", "Singapore Post", "", []string{"singpost"}, []string{"singpost.com"}, ""},
	{"australia-post", "Australia Post", "", []string{"auspost", "aus post", "aust post", "au post", "eparcel", "express post", "australian post"}, []string{"auspost.com.au"}, "https://auspost.com.au/mypost/track/#/details/%s"},
	{"star-track", "StarTrack", "", []string{"star track", "startrack express", "star track express"}, []string{"startrack.com.au"}, "https://startrack.com.au/track/details/%s"},
	{"toll-ipec", "Toll", "", []string{"toll ipec", "toll priority", "toll", "toll group", "team global express", "tge"}, []string{"tollgroup.com", "mytoll.com", "teamglobalexp.com", "myteamge.com"}, ""},
	{"couriers-please", "CouriersPlease", "", []string{"couriers please", "couriersplease"}, []string{"couriersplease.com.au"}, "https://www.couriersplease.com.au/tools-track/no/%s"},
	{"fastway-au", "Aramex Australia", "aramex", []string{"fastway", "fastway couriers", "fastway australia", "aramex australia"}, []string{"aramex.com.au", "fastway.com.au"}, "https://www.aramex.com.au/tools/track?l=%s"},
	{"sendle", "Sendle", "", nil, []string{"sendle.com"}, "https://track.sendle.com/tracking?ref=%s"},
	{"new-zealand-post", "New Zealand Post", "", []string{"nz post", "nzpost", "courierpost", "courier post", "nz courierpost"}, []string{"nzpost.co.nz", "courierpost.co.nz"}, "https://www.nzpost.co.nz/tools/tracking/item/%s"},
	{"aramex", "Aramex", "", []string{"aramex international"}, []string{"aramex.com"}, "https://www.aramex.com/us/en/track/results?ShipmentNumber=%s"},
	{"brazil-correios", "Correios", "", []string{"correios", "correios brasil", "sedex"}, []string{"correios.com.br"}, ""},
	{"russian-post", "Russian Post", "", []string{"pochta rossii", "почта россии"}, []string{"pochta.ru"}, ""},
	{"cdek", "CDEK", "", []string{"сдэк"}, []string{"cdek.ru"}, ""},
	{"ptt-posta", "PTT", "", []string{"ptt", "ptt kargo"}, []string{"ptt.gov.tr"}, ""},
}
