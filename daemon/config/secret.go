package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// maxSecret is more than any key or password.
const maxSecret = 1 << 20

// Secret reads the secret that a setting ending in _file names: from $CREDENTIALS_DIRECTORY (systemd's LoadCredential), else
// beside the configuration. Line breaks at its end are cut off. It is read anew at every call, so that a changed password needs no restart.
func (c *Config) Secret(file string) (string, error) {
	for _, place := range c.places(file) {
		data, err := readBounded(place, maxSecret)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if errors.Is(err, fs.ErrPermission) {
			return "", fmt.Errorf("the secret %s: %s", file, denied(place))
		}
		if err != nil {
			return "", fmt.Errorf("read the secret %s: %w", file, err)
		}
		text := strings.TrimRight(string(data), "\r\n")
		if text == "" {
			return "", fmt.Errorf("the secret %s is empty (%s)", file, place)
		}
		return text, nil
	}
	return "", fmt.Errorf("there is no secret %s; put it into one of %s", file, strings.Join(c.places(file), ", "))
}

// places are where a secret is looked for.
func (c *Config) places(file string) []string {
	if filepath.IsAbs(file) {
		return []string{file}
	}
	var places []string
	if c.credentials != "" {
		places = append(places, filepath.Join(c.credentials, file))
	}
	return append(places, filepath.Join(c.Dir, file))
}

// denied says who may read a file that this user may not, and what to do.
func denied(file string) string {
	me, who := strconv.Itoa(os.Getuid()), "somebody else"
	if u, err := user.Current(); err == nil {
		me = u.Username
	}
	info, err := os.Stat(file)
	if err != nil {
		return me + " may not look into its folder: become a member of the folder's group (usermod -aG, then log in anew), or use sudo"
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); ok {
		who = strconv.FormatUint(uint64(owner.Uid), 10)
		if u, err := user.LookupId(who); err == nil {
			who = u.Username
		}
	}
	return fmt.Sprintf("%s may not read it: it belongs to %s, with mode %04o; give it to a group of %s's that may read it (chgrp, chmod 640)", me, who, info.Mode().Perm(), me)
}

func readBounded(file string, most int64) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("is a folder or a device; expected a file")
	}
	if info.Size() > most {
		return nil, fmt.Errorf("is larger than %d bytes", most)
	}
	return os.ReadFile(file)
}

// open tells whether everybody on this machine can read a secret that lies beside the configuration; systemd's own folder is
// private as a whole.
func (c *Config) open(file string) (string, bool) {
	for _, place := range c.places(file) {
		info, err := os.Stat(place)
		if err != nil {
			continue
		}
		private := c.credentials != "" && strings.HasPrefix(place, c.credentials+string(filepath.Separator))
		return place, !private && info.Mode().Perm()&0o004 != 0
	}
	return "", false
}
