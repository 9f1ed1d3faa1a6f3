package child

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"crosstalk/warehouse/engine/internal/chdb"
)

func TestReadRequest(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		address, body string
		want          request
	}{
		"statement in the body": {
			"/?default_format=Native&client_protocol_version=54460", "SELECT 1",
			request{sql: "SELECT 1", format: "Native", reads: true, revision: 54460},
		},
		"statement in both": {"/?query=SELECT", "1", request{sql: "SELECT\n1", format: "TabSeparated", reads: true}},
		"rows in the body": {
			"/?default_format=Native&query=INSERT+INTO+t+(a,+b)+FORMAT+Native", "rows",
			request{sql: "INSERT INTO t (a, b)", format: "Native", rows: true},
		},
		"values in the body": {"/", "INSERT INTO t VALUES (1)", request{sql: "INSERT INTO t VALUES (1)", format: "TabSeparated"}},
		"format of its own":  {"/?default_format=Native", "SELECT 1 FORMAT JSON;", request{sql: "SELECT 1 FORMAT JSON;", format: "JSON", reads: true}},
		"definition":         {"/?database=d", "CREATE TABLE t (a UInt8)", request{sql: "CREATE TABLE t (a UInt8)", format: "TabSeparated", database: "d"}},
		"parameters, settings": {"/?param_a=%27%09&max_threads=2&query_id=q", "SELECT {a:String}", request{
			sql: "SELECT {a:String}", format: "TabSeparated", reads: true,
			params: []chdb.Param{{Name: "a", Value: "'\t"}}, settings: []chdb.Param{{Name: "max_threads", Value: "2"}},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := readRequest(httptest.NewRequest("POST", test.address, strings.NewReader(test.body)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(&test.want, got, cmp.AllowUnexported(request{}), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRequestRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ address, body, header, want string }{
		"nothing":              {"/", " \n", "", "no statement"},
		"compressed answers":   {"/?compress=1", "SELECT 1", "", "compress: "},
		"a session":            {"/?session_id=s", "SELECT 1", "", "session_id: "},
		"a hostile setting":    {"/?a%3D1%2Cb=1", "SELECT 1", "", "setting's name"},
		"a strange revision":   {"/?client_protocol_version=x", "SELECT 1", "", "has to be a number"},
		"a broken address":     {"/?a=%zz", "SELECT 1", "", "cannot be read"},
		"compressed rows":      {"/?query=INSERT+INTO+t+FORMAT+Native", "", "Content-Encoding: gzip", "uncompressed"},
		"external tables":      {"/", "SELECT 1", "Content-Type: multipart/form-data", "external tables"},
		"an endless statement": {"/", strings.Repeat(" ", longestStatement+1), "", "longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequest("POST", "/", strings.NewReader(test.body))
			r.URL.RawQuery = strings.TrimPrefix(strings.TrimPrefix(test.address, "/"), "?")
			if key, value, found := strings.Cut(test.header, ": "); found {
				r.Header.Set(key, value)
			}
			_, err := readRequest(r)
			if err == nil || !strings.Contains(err.Error(), test.want) || asException(err).Code != badArguments {
				t.Errorf("got %v, want %q with code %d", err, test.want, badArguments)
			}
		})
	}
}

func TestFirstWord(t *testing.T) {
	t.Parallel()
	for sql, want := range map[string]string{
		"select 1":                            "SELECT",
		"  ((SELECT 1) UNION ALL (SELECT 2))": "SELECT",
		"-- a note\n/* and\nmore */ insert":   "INSERT",
		"# note\nWITH 1 AS x SELECT x":        "WITH",
		"/* never ends":                       "",
		"-- only this":                        "",
		"":                                    "",
		"SELECT":                              "SELECT",
		"SELECT/**/1":                         "SELECT",
		"żółć":                                "",
	} {
		if got := firstWord(sql); got != want {
			t.Errorf("%q: %q, want %q", sql, got, want)
		}
	}
}
