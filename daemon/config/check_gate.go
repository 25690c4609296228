package config

import (
	"path/filepath"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// gates notes where each gate stands: what holds an order names its rule's place. Whether a condition can be asked is found where the language is known.
func (k *checker) gates(p path, gates Gates) {
	for name, g := range gates {
		at := p.then(name)
		g.File = k.doc.file
		file, err := filepath.Rel(k.c.Dir, k.doc.file)
		if err != nil {
			file = k.doc.file
		}
		if node := k.doc.key(at); node != nil {
			g.At = file + ":" + strconv.Itoa(node.Line)
			g.HoldLine = node.Line
		}
		condition := at
		if k.has(at.then("hold")) {
			condition = at.then("hold")
		}
		if node, _ := k.doc.find(condition); node != nil && node.Kind == yaml.ScalarNode {
			if g.HoldLine = node.Line; node.Style == yaml.LiteralStyle {
				g.HoldLine++ // the text begins below the |
			}
		}
		gates[name] = g
	}
}

// key gives the node of the name at the end of a path.
func (d document) key(p path) *yaml.Node {
	group, ok := d.find(p[:len(p)-1])
	if group = unalias(group); !ok || group.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(group.Content); i += 2 {
		if group.Content[i].Value == p[len(p)-1] {
			return group.Content[i]
		}
	}
	return nil
}
