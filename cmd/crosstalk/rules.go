package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"crosstalk/analytics"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// rulesVersion names the rules by which metrics are answered: the configuration, the organisation's days and this very program. An
// answer that was kept under other rules is not read.
func rulesVersion(c organisation.Config, w *warehouse.Warehouse) (string, error) {
	text, err := json.Marshal(c)
	if err != nil {
		return "", fmt.Errorf("spell the configuration: %w", err)
	}
	program := version
	if path, err := os.Executable(); err == nil {
		if info, err := os.Stat(path); err == nil {
			program = fmt.Sprint(program, info.Size(), info.ModTime().UnixNano())
		}
	}
	sum := sha256.Sum256(fmt.Append(text, "\n", w.Zone(), "\n", program))
	return hex.EncodeToString(sum[:16]), nil
}

// keeper asks metrics, and keeps in the warehouse what took long to answer.
func (a *app) keeper(w *warehouse.Warehouse) analytics.Keeper {
	return analytics.Keeper{Store: w, Log: a.logger()}
}
