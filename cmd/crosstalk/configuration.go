package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"crosstalk/access"
	"crosstalk/analytics"
	"crosstalk/organisation"
	"crosstalk/warehouse"
)

// configurationFile is read from the working directory unless --config names another.
const configurationFile = organisation.DefaultPath

// configure reads the configuration once. A mistake in it is wrong use.
func (a *app) configure() (organisation.Config, error) {
	if a.organisation != nil {
		return *a.organisation, nil
	}
	c, err := organisation.Load(a.config, wrongOptions)
	if err != nil {
		return c, usage("%w", err)
	}
	a.organisation = &c
	return c, nil
}

// warehouseOptions are what the flags and the configuration say of the warehouse.
func (a *app) warehouseOptions() (warehouse.Options, error) {
	c, err := a.configure()
	if err != nil {
		return warehouse.Options{}, err
	}
	if err := checkDSN(a.dsn); err != nil {
		return warehouse.Options{}, err
	}
	o := warehouse.Options{DataDir: a.data, DSN: a.dsn, Logger: a.logger()}
	if o.MemoryLimit, err = parseSize(a.memory); err != nil {
		return o, usage("--engine-memory %w", err)
	}
	if a.configured() { // otherwise the days stay as they are
		calendar, err := c.Organisation.Calendar()
		if err != nil {
			return o, err
		}
		o.Zone = c.Organisation.TimeZone
		o.Calendar.From, o.Calendar.To = calendar.Hours()
		o.Calendar.Days = calendar.Worked()
		for _, day := range c.Organisation.Holidays {
			holiday, err := time.Parse(time.DateOnly, day)
			if err != nil {
				return o, fmt.Errorf("organisation.holidays: %w", err)
			}
			o.Calendar.Holidays = append(o.Calendar.Holidays, holiday)
		}
	}
	o.Rules.Domains = c.Organisation.Domains
	for _, w := range c.Workspaces {
		if w.Workspace != "" {
			o.Rules.Workspaces = append(o.Rules.Workspaces, w.Workspace)
		}
	}
	return o, nil
}

// configured reports whether there is a configuration file, so that its days hold.
func (a *app) configured() bool { return a.config != "" || exists(configurationFile) }

// setting is what the metrics need to know of the organisation. Days are the warehouse's.
func setting(c organisation.Config, w *warehouse.Warehouse) (analytics.Setting, error) {
	calendar, err := c.Organisation.Calendar()
	if err != nil {
		return analytics.Setting{}, err
	}
	zone, err := time.LoadLocation(w.Zone())
	if err != nil {
		return analytics.Setting{}, err
	}
	version, err := rulesVersion(c, w)
	if err != nil {
		return analytics.Setting{}, err
	}
	from, to := calendar.Hours()
	return analytics.Setting{Version: version, Zone: zone, MinimumGroup: c.Privacy.MinimumGroup, IsWorkingDay: calendar.IsWorkingDay,
		WorkingFrom: from, WorkingTo: to, Currency: c.Organisation.Currency, Tools: toolFacts(c.Register()), Advice: adviceRules(c.Advice)}, nil
}

// accessConfig is the section auth in the words of the access package.
func accessConfig(a organisation.Auth) (access.Config, error) {
	c := access.Config{Hosts: a.Hosts, UsersRequired: a.UsersRequired,
		Session: access.SessionConfig{Idle: a.Session.Idle, Absolute: a.Session.Absolute, PlainHTTP: a.Session.PlainHTTP},
		Proxy:   access.ProxyConfig{Addresses: a.Proxy.Addresses, Header: a.Proxy.Header, RoleHeader: a.Proxy.RoleHeader}}
	for group, name := range a.Proxy.Roles {
		role, err := access.ParseRole(name)
		if err != nil {
			return c, fmt.Errorf("auth.proxy.roles: %w", err)
		}
		if c.Proxy.Roles == nil {
			c.Proxy.Roles = map[string]access.Role{}
		}
		c.Proxy.Roles[group] = role
	}
	return c, c.Validate()
}

// parseSize reads a number of bytes, as 512MiB or 4GiB; empty is 0.
func parseSize(text string) (uint64, error) {
	if text == "" {
		return 0, nil
	}
	number, shift := text, 0
	for unit, by := range map[string]int{"KiB": 10, "MiB": 20, "GiB": 30} {
		if n, ok := strings.CutSuffix(text, unit); ok {
			number, shift = n, by
		}
	}
	n, err := strconv.ParseUint(number, 10, 30)
	if err != nil || n == 0 || shift == 0 && n < 1<<20 {
		return 0, fmt.Errorf("%q is no size: write it like 512MiB or 4GiB", text)
	}
	return n << shift, nil
}
