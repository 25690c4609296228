package rig

import (
	"fmt"
	"strings"
	"testing"

	"waybill/transports/transporttest"
)

// TestRefused holds what a person gets to read when a server cannot be used: from `waybill check --connect` before the daemon runs,
// and on the desk when it happens later. Each case spoils one thing of a world that works.
func TestRefused(t *testing.T) {
	t.Parallel() // it waits more than it works
	w := openWorld(t, worldOptions{seed: 3, suppliers: []*supplier{prairie(), quarry()}})
	r := w.daemon.try("check", "--connect")
	if r.code != 0 {
		t.Fatalf("a world that works: exit %d\n%s%s", r.code, r.out, r.errs)
	}
	for _, c := range []struct {
		name  string
		spoil func() (mend func())
		says  []string
	}{
		{"the mailbox's password is wrong", func() func() {
			w.write("password", "wrong")
			return func() { w.write("password", transporttest.Password) }
		}, []string{"sending mail as orders@shop.example", "535", "mailbox orders@shop.example", "password"}},
		{"the key for the drop is not theirs", func() func() {
			w.replace("suppliers/quarry-tools.yaml", "key_file: sftp-key", "password_file: other")
			w.write("other", "wrong")
			return func() { w.replace("suppliers/quarry-tools.yaml", "password_file: other", "key_file: sftp-key") }
		}, []string{"uploading to", "password"}},
		{"nobody listens where mail is sent", func() func() {
			w.mailProxy.Refuse(true)
			return func() { w.mailProxy.Refuse(false) }
		}, []string{"sending mail as orders@shop.example", "reset"}},
		{"the mail server's port is closed", func() func() {
			return w.closedPort(splitPort(t, w.mailProxy.Addr))
		}, []string{"sending mail as orders@shop.example", "refused"}},
		{"the mailbox's port is closed", func() func() {
			return w.closedPort(splitPort(t, w.imapProxy.Addr))
		}, []string{"mailbox orders@shop.example", "refused"}},
		{"the certificate is of an authority that nobody knows", func() func() {
			w.replace("waybill.yaml", w.dovecot.CA.File, transporttest.NewAuthority(t).File)
			return func() { w.configure(worldOptions{}) }
		}, []string{"sending mail as orders@shop.example", "mailbox orders@shop.example", "certificate"}},
		{"the supplier's host key has changed", func() func() {
			w.sshd.Stop()
			w.sshd.NewHostKey()
			w.sshd.Start()
			return func() { w.configure(worldOptions{}) }
		}, []string{"uploading to", "the host key of", "has changed from SHA256:", "Ask the supplier, by phone"}},
	} {
		mend := c.spoil()
		r := w.daemon.try("check", "--connect")
		if r.code != 1 {
			t.Errorf("%s: exit %d, not 1", c.name, r.code)
		}
		contains(t, c.name, r.errs, c.says...)
		mend()
	}
}

// closedPort points the configuration at a port of this machine where nobody listens.
func (w *realWorld) closedPort(port string) (mend func()) {
	w.replace("waybill.yaml", "port: "+port, "port: 9")
	return func() { w.replace("waybill.yaml", "port: 9", "port: "+port) }
}

// replace changes a file of the configuration.
func (w *realWorld) replace(name, old, fresh string) {
	w.t.Helper()
	text := w.read(name)
	if !strings.Contains(text, old) {
		w.t.Fatalf("%s does not hold %q", name, old)
	}
	w.write(name, strings.Replace(text, old, fresh, -1))
}

// TestHostKey holds how a host key becomes known: shown, noted when a person says so, and from then on nobody else's is taken.
func TestHostKey(t *testing.T) {
	t.Parallel() // it waits more than it works
	w := openWorld(t, worldOptions{seed: 4, suppliers: []*supplier{quarry()}})
	w.replace("suppliers/quarry-tools.yaml", fmt.Sprintf("host_keys: [%q]", publicKey(w.sshd)), "host_keys: []")
	r := w.daemon.try("suppliers", "test", "quarry-tools")
	if r.code != 1 {
		t.Errorf("an unknown host key: exit %d, not 1\n%s%s", r.code, r.out, r.errs)
	}
	contains(t, "an unknown host key", r.errs, "host key", "SHA256:")
	contains(t, "noting the host key", w.daemon.do("check", "--connect", "--accept-host-keys"), "is noted in "+w.path("known_hosts"))
	w.daemon.do("suppliers", "test", "quarry-tools")
}

// TestFailing holds what happens to orders and answers while a server cannot be used: they wait, the desk says why, and when it is
// mended they go on by themselves.
func TestFailing(t *testing.T) {
	t.Parallel() // it waits more than it works
	w := openWorld(t, worldOptions{seed: 5, suppliers: []*supplier{prairie(), harbor(), quarry()}})
	w.write("password", "wrong")
	w.daemon.start()
	w.post(w.order("1001", orderLine{"PS-1", 1}), 201)
	desk := func(parts ...string) func() bool {
		return func() bool {
			text := w.daemon.do("desk", "list")
			for _, p := range parts {
				if !strings.Contains(text, p) {
					return false
				}
			}
			return true
		}
	}
	w.live("wrong passwords on the desk", desk("sending mail as orders@shop.example does not work", "mailbox orders@shop.example does not work"))
	contains(t, "an order that waits", w.daemon.do("orders", "show", "1001"), "1001-A at prairie-supply: open")
	w.write("password", transporttest.Password)
	w.daemon.reload("configuration reloaded")
	w.live("the order and its answer", func() bool { return w.complete(1) })
	w.live("the desk to be empty again", func() bool { return len(w.desk()) == 0 })

	w.write("waybill.yaml", "shop: {name: Lantern Lane\n")
	w.daemon.reload("the configuration was not reloaded; the old one stays in force")
	w.post(w.order("1002", orderLine{"PS-1", 1}), 201)
	w.live("an order under the old configuration", func() bool { return w.complete(2) })
	w.configure(worldOptions{})

	w.sshd.Stop()
	w.sshd.NewHostKey()
	w.sshd.Start()
	w.post(w.order("1003", orderLine{"QT-1", 1}), 201)
	w.live("the changed host key on the desk", desk("uploading to", "does not work"))
	if files := w.sshd.SFTP("ls in"); strings.Contains(files, ".csv") {
		t.Errorf("a file was uploaded to a server with another host key: %s", files)
	}
	w.configure(worldOptions{}) // with the new key
	w.daemon.reload("configuration reloaded")
	w.live("the order after the new key was taken over", func() bool { return w.complete(3) })
	w.live("the desk to be empty at the end", func() bool { return len(w.desk()) == 0 })
	w.exactlyOnce()
	w.sameAsTruth()
}

// TestDamaged holds that mail and files which cannot be read stop nothing: each is told, and the next is read.
func TestDamaged(t *testing.T) {
	t.Parallel() // it waits more than it works
	silent := prairie()
	silent.answer = nil
	files := quarry()
	files.answer = nil
	w := openWorld(t, worldOptions{seed: 6, suppliers: []*supplier{silent, files}})
	w.daemon.start()
	for _, number := range []string{"1001", "1002"} {
		w.post(w.order(number, orderLine{"PS-1", 1}, orderLine{"QT-1", 1}), 201)
	}
	w.live("the orders to be with the suppliers", func() bool { return len(silent.jobs) == 2 && len(files.jobs) == 2 })

	w.mail(letter{from: silent.address, subject: "Your order 1001-A", header: "Content-Type: multipart/mixed; boundary=cut\n",
		body: "--cut\nContent-Type: application/pdf; name=\"slip.pdf\"\nContent-Disposition: attachment; filename=\"slip.pdf\"\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQKJcOkw7zDts8=\n--cut--\n"})
	w.mail(letter{from: silent.address, subject: "nested", header: "Content-Type: multipart/mixed; boundary=b0\n", body: nested(60)})
	number, half := w.tracking(), w.tracking()
	w.shipped("1001", number, []orderLine{{"QT-1", 1}})
	w.drop("half.csv", "PO Number,Tracking Number,Carrier\n1001-B,"+number+",UPS\n1002-B,"+half[:14])
	w.dropOpen("growing.csv", "PO Number,Tracking Number,Carrier\n1002-B,"+w.tracking()+",UPS\n") // no marker: it is not whole
	last := w.tracking()
	w.shipped("1002", last, []orderLine{{"PS-1", 1}})
	w.mail(letter{from: silent.address, subject: "Your order 1002-A has shipped", body: "UPS " + last + "\n"})

	w.live("what can be read to be read", func() bool { return w.complete(2) })
	w.live("what cannot be read to be on the desk", func() bool {
		list := w.daemon.do("desk", "list")
		return strings.Contains(list, "Something from Prairie Supply could not be read") && strings.Contains(list, "Quarry Tools")
	})
	t.Log(w.daemon.do("desk", "list"))
	w.sameAsTruth()
	if readers(t, w.daemon.bin) == 0 {
		t.Error("nothing was read in a process of its own")
	}
}

// nested is a mail of so many layers.
func nested(depth int) string {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n", i, i+1)
	}
	return b.String()
}

// dropOpen leaves a file that is not finished: its marker is missing.
func (w *realWorld) dropOpen(name, content string) {
	w.t.Helper()
	writeFile(w.t, w.path("upload-"+name), content)
	w.sshd.SFTP("put " + w.path("upload-"+name) + " out/" + name)
}
