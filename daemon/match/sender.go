package match

import (
	"slices"
	"strings"
)

// freeMail are domains under which anybody can have an address: an address there names a supplier only when it is listed itself.
var freeMail = []string{
	"126.com", "139.com", "163.com", "21cn.com", "abv.bg", "alice.it", "aliyun.com", "aol.com", "arcor.de", "att.net", "bellsouth.net", "bigpond.com", "bigpond.net.au",
	"bk.ru", "blueyonder.co.uk", "bluewin.ch", "bol.com.br", "btinternet.com", "charter.net", "chello.at", "comcast.net", "cox.net", "daum.net", "disroot.org",
	"earthlink.net", "fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "frontier.com", "hanmail.net", "hey.com", "home.nl",
	"hushmail.com", "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru", "internode.on.net", "interia.pl", "juno.com", "kpnmail.nl", "laposte.net", "libero.it", "list.ru",
	"mac.com", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org", "me.com", "nate.com", "naver.com", "neuf.fr", "ntlworld.com", "o2.pl", "onet.eu", "onet.pl",
	"op.pl", "optonline.net", "optusnet.com.au", "orange.fr", "pacbell.net", "planet.nl", "pm.me", "poczta.fm", "posteo.de", "posteo.net", "proton.me", "protonmail.ch",
	"protonmail.com", "qq.com", "rambler.ru", "rediffmail.com", "riseup.net", "rocketmail.com", "rogers.com", "sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca",
	"sina.cn", "sina.com", "sky.com", "skynet.be", "sohu.com", "sympatico.ca", "t-online.de", "talktalk.net", "telenet.be", "telia.com", "telus.net", "terra.com.br",
	"tin.it", "tiscali.it", "tlen.pl", "tuta.com", "tuta.io", "tutamail.com", "tutanota.com", "tutanota.de", "ukr.net", "uol.com.br", "verizon.net", "videotron.ca",
	"virgilio.it", "virginmedia.com", "wanadoo.fr", "web.de", "wp.pl", "xtra.co.nz", "ya.ru", "ymail.com", "ziggo.nl",
}

// freeBrands are providers with a domain in every country: yahoo.co.uk, hotmail.fr, outlook.de.
var freeBrands = []string{"gmail", "gmx", "googlemail", "hotmail", "icloud", "live", "msn", "outlook", "yahoo", "yandex", "zoho"}

// FreeMail tells a domain of free mail. What stands behind a brand's name must look like a country or a commercial ending: "live.prairie.example" is no free mail.
func FreeMail(domain string) bool {
	if slices.Contains(freeMail, domain) {
		return true
	}
	brand, rest, _ := strings.Cut(domain, ".")
	return slices.Contains(freeBrands, brand) && len(rest) >= 2 && len(rest) <= len("com.br") && !slices.ContainsFunc(strings.Split(rest, "."), func(label string) bool {
		return len(label) < 2 || len(label) > 3
	})
}
