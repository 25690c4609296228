package sftp

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the hash of known_hosts names is what it is (sshd(8))
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"path"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"waybill/transports"
)

// HostKeyError says that a server proved to have a key that is not pinned. Nothing was sent to it, no password either.
type HostKeyError struct {
	Address string
	// Line is the server's key as Config.HostKeys takes it: "ssh-ed25519 AAAA…".
	Line string
	// Fingerprint is its SHA-256 fingerprint, as ssh-keygen -l prints it.
	Fingerprint string
	// Pinned are the fingerprints of the keys that are pinned; none where this is the first contact.
	Pinned []string
}

func (e *HostKeyError) Error() string {
	if len(e.Pinned) == 0 {
		return fmt.Sprintf("the host key of %s is not known: %s", e.Address, e.Fingerprint)
	}
	return fmt.Sprintf("the host key of %s has changed from %s to %s", e.Address, strings.Join(e.Pinned, " or "), e.Fingerprint)
}

// help tells the person what to compare and what to do.
func (e *HostKeyError) help() string {
	if len(e.Pinned) == 0 {
		return fmt.Sprintf("%s shows the host key %s. Compare it with what the supplier tells you, then put this line into host_keys (waybill check --connect does it): %q.",
			e.Address, e.Fingerprint, e.Line)
	}
	return fmt.Sprintf("%s had the host key %s and now shows %s. Ask the supplier, by phone or in another way than this connection, whether they changed it. If they did, put this line into host_keys: %q. If not, somebody is between you and them; nothing was sent.",
		e.Address, strings.Join(e.Pinned, " or "), e.Fingerprint, e.Line)
}

func (a *Account) hostKeyError(key ssh.PublicKey) *HostKeyError {
	e := &HostKeyError{Address: a.c.Address, Line: strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))), Fingerprint: ssh.FingerprintSHA256(key)}
	for _, pin := range a.pins {
		e.Pinned = append(e.Pinned, ssh.FingerprintSHA256(pin))
	}
	return e
}

// checkHostKey is the ssh.HostKeyCallback.
func (a *Account) checkHostKey(_ string, _ net.Addr, key ssh.PublicKey) error {
	got := key.Marshal()
	for _, pin := range a.pins {
		if slices.Equal(pin.Marshal(), got) {
			return nil
		}
	}
	return a.hostKeyError(key)
}

// hostKeyAlgorithms asks the server for the kinds of key that are pinned: a server with several would else show another one
// than the pinned, and look changed. Nil where nothing is pinned: any kind.
func (a *Account) hostKeyAlgorithms() []string {
	var all []string
	for _, pin := range a.pins {
		switch kind := pin.Type(); kind {
		case ssh.KeyAlgoRSA: // the key's type; its signatures have other names (RFC 8332)
			all = append(all, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
			if a.c.Legacy {
				all = append(all, ssh.KeyAlgoRSA)
			}
		default:
			all = append(all, kind)
		}
	}
	return all
}

// parsePins reads host keys, one on each line, in the form of authorized_keys or of known_hosts. A line of known_hosts
// counts for the hosts that it names.
func parsePins(lines []string, address string) ([]ssh.PublicKey, error) {
	var pins []ssh.PublicKey
	for _, text := range lines {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			pin, err := parsePin(line, address)
			if err != nil {
				return nil, fmt.Errorf("host key %.60q: %w", line, err)
			}
			pins = append(pins, pin)
		}
	}
	return pins, nil
}

func parsePin(line, address string) (ssh.PublicKey, error) {
	kind, _, _ := strings.Cut(line, " ")
	if slices.Contains(keyKinds(), kind) {
		key, _, _, _, err := ssh.ParseAuthorizedKey([]byte(line))
		return key, err
	}
	marker, hosts, key, _, _, err := ssh.ParseKnownHosts([]byte(line))
	if err != nil {
		return nil, errors.New("neither a key nor a line of known_hosts")
	}
	if marker != "" {
		return nil, fmt.Errorf("@%s is not supported; pin the server's own key", marker)
	}
	name := knownhosts.Normalize(address)
	if !slices.ContainsFunc(hosts, func(h string) bool { return namesHost(h, name) }) {
		return nil, fmt.Errorf("it is for %s, not for %s", strings.Join(hosts, ", "), name)
	}
	return key, nil
}

func keyKinds() []string {
	return slices.Concat(ssh.SupportedAlgorithms().PublicKeyAuths, ssh.InsecureAlgorithms().PublicKeyAuths,
		ssh.SupportedAlgorithms().HostKeys, ssh.InsecureAlgorithms().HostKeys)
}

// namesHost says whether a host of known_hosts, plain, with wildcards or hashed, is the one of that name (sshd(8)).
func namesHost(pattern, name string) bool {
	if salted, ok := strings.CutPrefix(pattern, "|1|"); ok {
		salt64, hash64, _ := strings.Cut(salted, "|")
		salt, err := base64.StdEncoding.DecodeString(salt64)
		if err != nil {
			return false
		}
		mac := hmac.New(sha1.New, salt)
		mac.Write([]byte(name))
		return base64.StdEncoding.EncodeToString(mac.Sum(nil)) == hash64
	}
	ok, err := path.Match(strings.NewReplacer("[", `\[`, "]", `\]`).Replace(pattern), name)
	return err == nil && ok
}

// refused makes the error of a server whose key is not pinned.
func refused(e *HostKeyError) error {
	return &transports.Error{Verdict: transports.Never, Op: "hostkey", Scope: "account", Help: e.help(), Err: e}
}
