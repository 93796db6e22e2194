package gpu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// read takes the cards from nvidia-smi's table, whose first line names the columns. Lines of another
// shape are messages, and whatever does not read as a figure ("[N/A]", "[GPU requires reset]", words
// yet to be invented) is unknown.
func (f *Found) read(text string) {
	head, rows, _ := strings.Cut(text, "\n")
	columns := strings.Split(strings.TrimSpace(head), ", ")
	for i, c := range columns {
		columns[i], _, _ = strings.Cut(c, " ") // "memory.total [MiB]"
	}
	if !slices.Contains(columns, "name") {
		return
	}
	for line := range strings.Lines(rows) {
		cells, ok := row(columns, strings.TrimSpace(line))
		if !ok {
			continue
		}
		g := GPU{
			Vendor:    "nvidia",
			Name:      words(cells["name"]),
			UUID:      words(cells["uuid"]),
			Index:     whole(cells["index"]),
			SM:        capability(cells["compute_cap"]),
			Memory:    int64(whole(cells["memory.total"])) * mib,
			PCIeGen:   whole(cells["pcie.link.gen.max"]),
			PCIeWidth: whole(cells["pcie.link.width.max"]),
		}
		f.Driver = words(cells["driver_version"])
		switch {
		case cells["mig.mode.current"] == "Enabled":
			f.Tried = append(f.Tried, Attempt{
				Source:  f.Source,
				Outcome: fmt.Sprintf("card %d is cut into MIG slices, whose memory is not told here", g.Index),
				Help:    "give the slice's figures: --gpu sm_80:20GiB",
			})
		case g.Name == "" && g.SM == 0 && g.Memory == 0:
			f.failCard(g.Index, codeLost)
		default:
			f.GPUs = append(f.GPUs, g)
		}
	}
}

// row assigns a line's cells to the columns. A name may hold the separator, nothing else does: the
// cells after it are counted from the right.
func row(columns []string, line string) (map[string]string, bool) {
	cells := strings.Split(line, ", ")
	extra := len(cells) - len(columns)
	if extra < 0 {
		return nil, false
	}
	at := slices.Index(columns, "name")
	name := strings.Join(cells[at:at+extra+1], ", ")
	cells = slices.Replace(cells, at, at+extra+1, name)
	byColumn := make(map[string]string, len(columns))
	for i, c := range columns {
		byColumn[c] = strings.TrimSpace(cells[i])
	}
	return byColumn, true
}

// words is a cell of text; in brackets stands a reason for having none.
func words(cell string) string {
	if strings.HasPrefix(cell, "[") || cell == "N/A" {
		return ""
	}
	return cell
}

// whole is a cell with a number that may be written with decimals.
func whole(cell string) int {
	n, err := strconv.ParseFloat(cell, 64)
	if err != nil || !(n >= 0 && n < 1<<31) {
		return 0
	}
	return int(n)
}

// capability reads "8.6" as 86.
func capability(cell string) int {
	major, minor, _ := strings.Cut(cell, ".")
	a, err := strconv.ParseUint(major, 10, 8)
	b, err2 := strconv.ParseUint(minor, 10, 8)
	if err != nil || err2 != nil || b > 9 {
		return 0
	}
	return int(a*10 + b)
}
