package mail

import (
	"strings"
	"testing"

	"waybill/parsers"
)

// What nobody sees in a mail is left out, what may be seen or not is marked like quoted text, and what other programs' mails use the same styles for is read.
func TestWhatNobodySees(t *testing.T) {
	const seen, faint, gone = "seen", "faint", "gone"
	hide := func(style string) string { return `<p style="` + style + `">WORDS</p>` }
	for name, c := range map[string]struct{ html, want string }{
		"plain":                     {`<p>WORDS</p>`, seen},
		"white on white":            {hide("color:#FFF"), faint},
		"white by rgb":              {hide("color: rgb(255, 255, 255)"), faint},
		"font element":              {`<font color="white">WORDS</font>`, faint},
		"transparent":               {hide("color:transparent"), faint},
		"grey on the same grey":     {`<div style="background:#eee"><b style="color:#eee">WORDS</b></div>`, faint},
		"white on black":            {`<table><tr><td bgcolor="#000000"><span style="color:#ffffff">WORDS</span></td></tr></table>`, seen},
		"white on a picture":        {`<div style="background:url(x.png) no-repeat"><span style="color:#ffffff">WORDS</span></div>`, seen},
		"white on a class's ground": {`<style>.bar { background-color: navy }</style><div class="bar"><span style="color:#fff">WORDS</span></div>`, seen},
		"black in white":            {`<div style="color:#fff"><b style="color:#000">WORDS</b></div>`, seen},
		"tiny":                      {hide("font-size:1px;line-height:1px"), gone},
		"MJML's cells":              {`<table><tr><td style="font-size:0px;padding:20px"><div style="font-size:13px">WORDS</div></td></tr></table>`, seen},
		"off screen":                {hide("position:absolute;left:-9999px"), gone},
		"indented away":             {hide("text-indent:-9999px"), gone},
		"no height":                 {hide("height:0;overflow:hidden"), gone},
		"screen readers only":       {hide("position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)"), gone},
		"scaled away":               {hide("transform:scale(0)"), gone},
		"no opacity":                {hide("opacity:0;display:block"), gone},
		"drawing's description":     {`<svg><desc>WORDS</desc></svg>`, gone},
		"class":                     {`<style>.h{display:none}</style><p class="x h">WORDS</p>`, gone},
		"element and class":         {`<style>p.h, p.i { display : none }</style><p class="i">WORDS</p>`, gone},
		"id":                        {`<style>/* a */ #h{display:none}</style><p id="h">WORDS</p>`, gone},
		"sheet behind":              {`<p class="h">WORDS</p><style>.h{visibility:hidden}</style>`, gone},
		"for every screen":          {`<style>@media all{.h{display:none}}</style><p class="h">WORDS</p>`, gone},
		"for small screens":         {`<style>@media (max-width:600px){.h{display:none !important}}</style><p class="h">WORDS</p>`, seen},
		"important":                 {`<style>.h{display:none!important}</style><p class="h" style="display:block">WORDS</p>`, gone},
		"shown after all":           {`<style>.h{display:none}</style><p class="h" style="display:block">WORDS</p>`, seen},
		"class as an attribute":     {`<style>[class~="h"]{display:none}</style><p class="x h">WORDS</p>`, gone},
		"id as an attribute":        {`<style>p[id=hi]{display:none}</style><p id="hi">WORDS</p>`, gone},
		"any element of a class":    {`<style>*.h{display:none}</style><p class="h">WORDS</p>`, gone},
		"class and an attribute":    {`<style>.h[data-state=old]{display:none}</style><p class="h" data-state="new">WORDS</p>`, faint},
		"not of a class":            {`<style>.h:not(.on){display:none}</style><p class="h">WORDS</p>`, faint},
		"a place among others":      {`<style>.h:nth-child(2){display:none}</style><p class="h">WORDS</p>`, faint},
		"under the mouse":           {`<style>.h:hover{display:none}</style><p class="h">WORDS</p>`, seen},
		"before it":                 {`<style>.h::before{display:none}</style><p class="h">WORDS</p>`, seen},
		"any paragraph, perhaps":    {`<style>p:first-child{display:none}</style><p>WORDS</p>`, seen},
		"depends":                   {`<style>div .h{display:none}</style><p class="h">WORDS</p>`, faint},
		"crossed out":               {`<p><del>WORDS</del></p>`, gone},
		"crossed out by class":      {`<style>.old{text-decoration:line-through}</style><p class="old">WORDS</p>`, gone},
		"not for Outlook":           {`<a href="https://x.example/" style="mso-hide:all">WORDS</a>`, seen},
		"nobody has Outlook alone":  {hide("mso-hide:all"), faint},
		"for want of scripts":       {`<noscript>WORDS</noscript>`, faint},
		"template":                  {`<template><p>x</p>WORDS</template>`, gone},
		"a part of a size":          {hide("font-size:0.01em"), gone},
		"a hundredth":               {hide("font-size:1%"), gone},
		"small print":               {hide("font-size:0.7em"), seen},
		"seen from the edge":        {hide("transform:rotateX(90deg)"), gone},
		"a quarter turn":            {hide("transform: translate(1px) rotateY(.25turn)"), gone},
		"turned":                    {hide("transform:rotateX(20deg)"), seen},
		"moved away":                {hide("transform:translateX(-9999px)"), gone},
		"two classes":               {`<style>.a.b{visibility:hidden}</style><p class="b c a">WORDS</p>`, gone},
		"one class of two":          {`<style>.a.b{visibility:hidden}</style><p class="a">WORDS</p>`, seen},
		"element of two classes":    {`<style>td.a.b{display:none}</style><p class="a b">WORDS</p>`, seen},
		"two classes, behind":       {`<p class="a b">WORDS</p><style>p.a.b{display:none}</style>`, gone},
		"spacer":                    {`<div style="height:0">WORDS</div>`, seen},
	} {
		t.Run(name, func(t *testing.T) {
			x := extractHTML([]byte("<html><body><p>Before.</p>"+c.html+"<p>Behind.</p></body></html>"), "1")
			got := gone
			if at := strings.Index(x.text.Text, "WORDS"); at >= 0 {
				got = seen
				if x.text.MarkAt(at) == parsers.MarkQuoted {
					got = faint
				}
			}
			if got != c.want || x.text.MarkAt(strings.Index(x.text.Text, "Behind")) != "" {
				t.Errorf("%s, want %s: %q %v", got, c.want, x.text.Text, x.text.Marks)
			}
		})
	}
}
