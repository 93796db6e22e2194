package rules

import (
	"github.com/wanfix/wanfix/rules/plan"
	"github.com/wanfix/wanfix/workflows"
)

// largeLoRA is more than the files of LoRAs for these models take: rank 128 for a 14B.
const largeLoRA = 1300 << 20

// planLoRA sums up the LoRAs that are not merged into the weights.
func (s *scene) planLoRA() plan.LoRA {
	supplies := s.stack.Added("lora")
	merged := false
	if supply, ok := s.stack.Role("lora"); ok && supply.Wire.Arrives() {
		if s.ask("lora.merge").Value == true {
			merged = true
		} else {
			supplies = append(supplies, supply)
		}
	}
	l := plan.LoRA{Merged: merged}
	for _, supply := range supplies {
		for _, run := range supply.Runs {
			for _, file := range loraFiles(run) {
				l.Count++
				if h := s.header("loras", file); h != nil {
					l.Low, l.High = l.Low+h.Bytes, l.High+h.Bytes
				} else {
					l.High += largeLoRA
				}
			}
		}
	}
	return l
}

// loraFiles are the files of a list node that have a strength.
func loraFiles(run *workflows.Run) (files []string) {
	if run.Home.Role() != roleList {
		return nil
	}
	for field := range run.Home.Signature.Fields {
		row, ok := cutRow(field)
		if !ok {
			continue
		}
		file, _ := fieldOf(run, field).Value.(string)
		if file != "" && file != noFile && fieldOf(run, fieldStrength+row).Value != 0.0 {
			files = append(files, file)
		}
	}
	return files
}
