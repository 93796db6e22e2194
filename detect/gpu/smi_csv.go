package gpu

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// read takes the cards from nvidia-smi's table, in which a line names the columns. Lines of another
// shape are messages, the first of which is returned. Whatever does not read as a figure ("[N/A]",
// "[Not Supported]", words yet to be invented) is unknown.
func (f *Found) read(text string) (message string) {
	var columns []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if named := head(line); columns == nil && named != nil {
			columns = named
			continue
		}
		cells, ok := row(columns, line)
		if !ok {
			message = cmp.Or(message, line)
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
			f.failSlices(g.Index, "whose memory nvidia-smi does not tell",
				fmt.Sprintf("give the memory of the slice: --gpu sm_%d:20GiB", cmp.Or(g.SM, 80)))
		case g.Name == "" && g.SM == 0 && g.Memory == 0:
			f.failCard(g.Index, codeLost)
			f.quote(cells["name"])
		default:
			f.GPUs = append(f.GPUs, g)
		}
	}
	return message
}

// head reads the line that names the columns; nil is another line.
func head(line string) []string {
	columns := strings.Split(line, ", ")
	for i, c := range columns {
		columns[i], _, _ = strings.Cut(c, " ") // "memory.total [MiB]"
	}
	if !slices.Contains(columns, "name") {
		return nil
	}
	return columns
}

// row assigns a line's cells to the columns. A name may hold the separator, nothing else does: the
// cells after it are counted from the right.
func row(columns []string, line string) (map[string]string, bool) {
	cells := strings.Split(line, ", ")
	extra := len(cells) - len(columns)
	if columns == nil || extra < 0 {
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
