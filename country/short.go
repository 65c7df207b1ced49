package country

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v4"

	"diwan.example/gov"
)

// Lists whose items people may write in short: a channel by its kind, an output
// or a legal resource by its name, a single cost without a list.
type (
	Channels       []Channel
	Costs          []Cost
	Outputs        []Output
	LegalResources []LegalResource
)

// Kinds are the kinds of the channels, each once, in their order.
func (c Channels) Kinds() (out []string) {
	seen := map[string]bool{}
	for _, x := range c {
		if !seen[x.Kind] {
			seen[x.Kind] = true
			out = append(out, x.Kind)
		}
	}
	return out
}

// Has reports whether there is a channel of one of these kinds.
func (c Channels) Has(kinds ...string) bool {
	for _, x := range c {
		for _, k := range kinds {
			if x.Kind == k {
				return true
			}
		}
	}
	return false
}

// Free reports whether nothing is asked.
func (c Costs) Free() bool {
	for _, x := range c {
		if x.Amount != 0 || len(x.Rule) > 0 {
			return false
		}
	}
	return true
}

// Amount is the sum of the amounts that hold on every channel.
func (c Costs) Amount() (sum gov.Money) {
	for _, x := range c {
		if x.Channel == "" {
			sum += x.Amount
		}
	}
	return sum
}

// Rule is the first rule in words, when there is one.
func (c Costs) Rule() gov.Text {
	for _, x := range c {
		if len(x.Rule) > 0 {
			return x.Rule
		}
	}
	return nil
}

// UnmarshalYAML reads channels, each in full or by its kind alone.
func (c *Channels) UnmarshalYAML(n *yaml.Node) error {
	return items(n, (*[]Channel)(c), func(n *yaml.Node, x *Channel) error { return n.Decode(&x.Kind) })
}

// UnmarshalYAML reads costs: a list, or one.
func (c *Costs) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		n = &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}, Line: n.Line, Column: n.Column}
	}
	if err := items(n, (*[]Cost)(c), nil); err != nil {
		return err
	}
	*c = c.told()
	return nil
}

// told leaves out a single cost that says that there is none.
func (c Costs) told() Costs {
	if len(c) == 1 && c[0].Amount == 0 && len(c[0].Rule) == 0 {
		return nil
	}
	return c
}

// UnmarshalYAML reads outputs, each in full or by its name alone.
func (o *Outputs) UnmarshalYAML(n *yaml.Node) error {
	return items(n, (*[]Output)(o), func(n *yaml.Node, x *Output) error { return n.Decode(&x.Name) })
}

// UnmarshalYAML reads legal resources, each in full or by its name alone.
func (l *LegalResources) UnmarshalYAML(n *yaml.Node) error {
	return items(n, (*[]LegalResource)(l), func(n *yaml.Node, x *LegalResource) error { return n.Decode(&x.Name) })
}

// items reads a list strictly. short reads an item that is written in short: a
// plain word, or a phrase in several languages.
func items[T any](n *yaml.Node, to *[]T, short func(*yaml.Node, *T) error) error {
	if n.Kind != yaml.SequenceNode {
		return fmt.Errorf("line %d: a list is expected", n.Line)
	}
	for _, x := range n.Content {
		var item T
		var err error
		if short != nil && inShort(x) {
			err = short(x, &item)
		} else {
			err = strict(x, &item)
		}
		if err != nil {
			return err
		}
		*to = append(*to, item)
	}
	return nil
}

// inShort reports whether an item is a word, or a mapping whose keys are all
// languages.
func inShort(n *yaml.Node) bool {
	if n.Kind != yaml.MappingNode {
		return true
	}
	for i := 0; i < len(n.Content); i += 2 {
		if len(n.Content[i].Value) != 2 {
			return false
		}
	}
	return true
}

// strict decodes a node and refuses keys that are not known, as the whole file
// is read.
func strict(n *yaml.Node, to any) error {
	b, err := yaml.Marshal(n)
	if err != nil {
		return err
	}
	if err := yaml.Load(b, to, yaml.WithKnownFields(), yaml.WithUniqueKeys()); err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	return nil
}

// UnmarshalJSON reads channels, also as they were stored before they had hours:
// by their kinds alone.
func (c *Channels) UnmarshalJSON(b []byte) error {
	return older(b, (*[]Channel)(c), func(b []byte, x *Channel) error { return json.Unmarshal(b, &x.Kind) })
}

// UnmarshalJSON reads costs, also as they were stored when there was only one.
func (c *Costs) UnmarshalJSON(b []byte) error {
	if b = bytes.TrimSpace(b); len(b) > 0 && b[0] == '{' {
		b = append(append([]byte("["), b...), ']')
	}
	if err := json.Unmarshal(b, (*[]Cost)(c)); err != nil {
		return err
	}
	*c = c.told()
	return nil
}

// UnmarshalJSON reads outputs, also as they were stored before: by their names.
func (o *Outputs) UnmarshalJSON(b []byte) error {
	return older(b, (*[]Output)(o), func(b []byte, x *Output) error { return json.Unmarshal(b, &x.Name) })
}

// UnmarshalJSON reads legal resources, also as they were stored before: by their
// names.
func (l *LegalResources) UnmarshalJSON(b []byte) error {
	return older(b, (*[]LegalResource)(l), func(b []byte, x *LegalResource) error { return json.Unmarshal(b, &x.Name) })
}

// older reads a list whose items may be stored in short.
func older[T any](b []byte, to *[]T, short func([]byte, *T) error) error {
	var raw []json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*to = nil
	for _, x := range raw {
		var item T
		var err error
		var keys map[string]json.RawMessage
		if json.Unmarshal(x, &keys) != nil || allLanguages(keys) {
			err = short(x, &item)
		} else {
			err = json.Unmarshal(x, &item)
		}
		if err != nil {
			return err
		}
		*to = append(*to, item)
	}
	return nil
}

func allLanguages(keys map[string]json.RawMessage) bool {
	for k := range keys {
		if len(k) != 2 {
			return false
		}
	}
	return true
}
