package phone

import (
	"testing"

	"crosstalk/collectors/record"
)

func TestAccount(t *testing.T) {
	t.Parallel()
	tests := []struct{ raw, region, want string }{
		{"(202) 555-0102", "US", "phone +12025550102"},
		{"2025550102", "US", "phone +12025550102"},
		{"+1 202-555-0102", "", "phone +12025550102"},
		{"2025550102", "", "handle 2025550102"},
		{"1 555-521-5554", "", "handle 15555215554"},
		{"0170 1234567", "DE", "phone +491701234567"},
		{"0049 170 1234567", "DE", "phone +491701234567"},
		{"+44 20 7946 0958", "DE", "phone +442079460958"},
		{"7726", "US", "handle 7726 bot"},
		{"+7726", "", "handle +7726 bot"},
		{"VODAFONE", "DE", "handle vodafone bot"},
		{"1-800-FLOWERS", "US", "handle 1-800-flowers bot"},
		{"urn:biz:1f2e", "", "handle urn:biz:1f2e bot"},
		{" Ben@Example.com ", "US", "email ben@example.com"},
		{" ", "US", "none "},
	}
	for _, test := range tests {
		t.Run(test.raw, func(t *testing.T) {
			t.Parallel()
			a := Account(test.raw, test.region)
			got := a.Key.Kind.String() + " " + a.Key.Value
			if a.Kind == record.AccountBot {
				got += " bot"
			}
			if got != test.want {
				t.Errorf("%q in %q is %s; want %s", test.raw, test.region, got, test.want)
			}
			if (a.Key.Kind == record.KeyPhone) != (a.Phone != "") || (a.Key.Kind == record.KeyEmail) != (a.Email != "") {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestRegions(t *testing.T) {
	t.Parallel()
	if got := CommonRegion([]string{"+12025550102", "+491701234567", "+491701234568", "+", "x", ""}); got != "DE" {
		t.Errorf("the country is %q; want DE", got)
	}
	if got := CommonRegion([]string{"+12025550102", "+491701234567"}); got != "DE" {
		t.Errorf("of two as common it is %q; want DE, the first by its letters", got)
	}
	if got := CommonRegion(nil); got != "" {
		t.Errorf("of none it is %q", got)
	}
	if !IsRegion("US") || IsRegion("us") || IsRegion("ZZ") || IsRegion("Germany") {
		t.Error("countries are known by two capital letters")
	}
}

func FuzzAccount(f *testing.F) {
	f.Add("+1 (202) 555-0102", "US")
	f.Add("0170;ext=5", "DE")
	f.Fuzz(func(t *testing.T, raw, region string) {
		a := Account(raw, region)
		if a.Key.Kind == record.KeyPhone && E164(a.Key.Value, "") != a.Key.Value {
			t.Errorf("%q in %q is %q, which reads as %q", raw, region, a.Key.Value, E164(a.Key.Value, ""))
		}
	})
}
