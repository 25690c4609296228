package read

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"

	"waybill/parsers"
)

// zip reads the entries of an archive, within the limits of promise 15: 64 MiB unzipped over all archives of the document,
// a ratio of 100, 200 entries.
func (d *document) zip(raw []byte, name, part string, depth int) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		d.problem(part, "damaged", "%s is a zip that can't be opened (%v). Please ask for it again.", title(name, part), err)
		return
	}
	read := 0
	for _, f := range z.File {
		if f.FileInfo().IsDir() || strings.HasPrefix(f.Name, "__MACOSX/") || strings.HasSuffix(f.Name, ".DS_Store") {
			continue
		}
		if d.entries++; d.entries > parsers.MaxParts {
			d.problem(part, "too_many_parts", "%s holds more than %d files. The rest was not read.", title(name, part), parsers.MaxParts)
			return
		}
		at := f.Name
		if part != "" {
			at = part + "!" + f.Name
		}
		if f.Flags&1 != 0 {
			d.problem(at, "encrypted", "%s is protected with a password and can't be read. Please ask for it without.", title(f.Name, at))
			continue
		}
		data, ok := d.unzip(f, at)
		if !ok {
			continue
		}
		d.open(data, f.Name, at, depth+1)
		read++
	}
	d.part(part, "application/zip", name, len(raw), read > 0, "")
	if read == 0 {
		d.problem(part, "empty", "%s holds no file that can be read.", title(name, part))
	}
}

// unzip inflates an entry, trusting nothing that its header says about its size.
func (d *document) unzip(f *zip.File, at string) ([]byte, bool) {
	left := parsers.MaxUnzipped - d.bytes
	most := min(int64(left), max(int64(f.CompressedSize64)*parsers.MaxRatio, 64<<10)) //nolint:gosec // bounded by MaxMessage
	r, err := f.Open()
	if err != nil {
		d.problem(at, "damaged", "%s can't be unzipped (%v). Please ask for it again.", title(f.Name, at), err)
		return nil, false
	}
	defer r.Close()
	data, err := io.ReadAll(io.LimitReader(r, most+1))
	d.bytes += len(data)
	switch {
	case int64(len(data)) > most:
		d.problem(at, "too_large", "%s grows to more than is read when unzipped. Please ask for smaller files.", title(f.Name, at))
		return nil, false
	case err != nil:
		d.problem(at, "damaged", "%s is damaged inside the zip (%v). Please ask for it again.", title(f.Name, at), err)
		return nil, false
	}
	return data, true
}
