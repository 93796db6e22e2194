package gpu

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"
)

// table is a JSON array with one card a line, sorted by id, so that a card is found by searching
// text and nothing but its own line is decoded. To add a card, add a line.
//
//go:embed gpus.json
var table string

// card is one line of the table.
type card struct {
	ID    string
	Names []string // as drivers print them; the first stands for the card
	Keys  []string // everything the card is called, as fold writes it
	SM    int
	// FP16 is false where the chip gets products in fp16 wrong: the table names these alone.
	FP16 bool
	// Unified cards share the computer's memory: their drivers tell no amount of their own.
	Unified  bool
	Variants []variant
}

// variant is a form in which a card was sold. Two variants may have the same memory: drivers give
// some laptop chips the desktop's name.
type variant struct {
	Memory int64 // MiB, as the driver reports it
	// Evidence says how far to trust Memory: "observed" in a driver's output, "expected" from
	// experience, "nominal" (the GiB of the box), "unified" (the computer's memory).
	Evidence  string
	SMs       int
	Bandwidth float64
	PCIe      [2]int // generation, width
	Usual     bool   // what people mean who name the card without its memory
}

// byKey returns the card that goes by a folded name.
func byKey(key string) (card, bool) {
	quoted := `"` + key + `"`
	for rest := table; ; {
		at := strings.Index(rest, quoted)
		if at < 0 {
			return card{}, false
		}
		start := strings.LastIndexByte(rest[:at], '\n') + 1
		line, after, _ := strings.Cut(rest[start:], "\n")
		// The key may have hit a field name or an id.
		if c, err := decode(line); err == nil && slices.Contains(c.Keys, key) {
			return c, true
		}
		rest = after
	}
}

// decode reads a line without reflection, which would be most of a look-up.
func decode(line string) (c card, err error) {
	if line = strings.TrimSuffix(line, ","); !gjson.Valid(line) {
		return c, fmt.Errorf("no card in the table's line %q", line)
	}
	c.FP16 = true
	gjson.Parse(line).ForEach(func(key, v gjson.Result) bool {
		switch key.Str {
		case "id":
			c.ID = v.String()
		case "names":
			c.Names = texts(v)
		case "keys":
			c.Keys = texts(v)
		case "sm":
			c.SM = int(v.Int())
		case "fp16":
			c.FP16 = v.Bool()
		case "unified":
			c.Unified = v.Bool()
		case "variants":
			for _, one := range v.Array() {
				c.Variants = append(c.Variants, decodeVariant(one))
			}
		default:
			err = fmt.Errorf("unknown key %q in the table's line of %q", key.Str, c.ID)
		}
		return err == nil
	})
	return c, err
}

func decodeVariant(v gjson.Result) variant {
	pcie := v.Get("pcie")
	return variant{
		Memory:    v.Get("memory").Int(),
		Evidence:  v.Get("evidence").String(),
		SMs:       int(v.Get("sms").Int()),
		Bandwidth: v.Get("bandwidth").Num,
		PCIe:      [2]int{int(pcie.Get("0").Int()), int(pcie.Get("1").Int())},
		Usual:     v.Get("usual").Bool(),
	}
}

func texts(list gjson.Result) []string {
	var all []string
	for _, v := range list.Array() {
		all = append(all, v.String())
	}
	return all
}

// near says whether two amounts of memory are the same size of card. Error correction and the
// driver's own share make a card of 48 GiB report anything from 44.9.
func near(a, b int64) bool {
	return float64(min(a, b)) >= 0.93*float64(max(a, b))
}

// sized returns the variants of about this much memory.
func (c card) sized(bytes int64) (found []variant) {
	for _, v := range c.Variants {
		if near(v.Memory*mib, bytes) {
			found = append(found, v)
		}
	}
	return found
}

// common keeps the figures that all variants share: where they differ, nobody knows which it is.
func common(vs []variant) (c variant) {
	for i, v := range vs {
		if i == 0 {
			c = v
			continue
		}
		c.Memory = same(c.Memory, v.Memory)
		c.SMs = same(c.SMs, v.SMs)
		c.Bandwidth = same(c.Bandwidth, v.Bandwidth)
		c.PCIe = same(c.PCIe, v.PCIe)
	}
	return c
}

func same[T comparable](a, b T) (none T) {
	if a == b {
		return a
	}
	return none
}

// complete adds what the table knows and the driver did not say. A driver that contradicts the
// table on the compute capability is not talking about this card, whatever it is called.
func (g GPU) complete() GPU {
	m, ok := find(g.Name)
	if !ok || g.SM != 0 && g.SM != m.card.SM {
		g.FP16 = fp16At(g.SM)
		return g
	}
	g.SM, g.Unified, g.FP16 = m.card.SM, m.card.Unified, m.card.fp16()
	if m.part {
		return g
	}
	vs := m.card.Variants
	if g.Memory != 0 {
		if exact := m.card.sized(g.Memory); len(exact) > 0 {
			vs = exact
		}
	}
	return g.with(common(vs))
}

// with takes the figures of a variant where the card has none.
func (g GPU) with(v variant) GPU {
	if g.SMs == 0 {
		g.SMs = v.SMs
	}
	if g.Bandwidth == 0 {
		g.Bandwidth = v.Bandwidth
	}
	if g.PCIeGen == 0 && g.PCIeWidth == 0 {
		g.PCIeGen, g.PCIeWidth = v.PCIe[0], v.PCIe[1]
	}
	return g
}
