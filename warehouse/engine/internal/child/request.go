package child

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"crosstalk/warehouse/engine/internal/chdb"
)

const (
	// longestStatement bounds a statement sent in a body; rows to insert are not part of it.
	longestStatement = 16 << 20
	// RevisionHeader is how a client says that it takes Native blocks as the library writes them. Its value is "0".
	RevisionHeader = "X-Crosstalk-Native-Revision"
)

// request is one call of ClickHouse's HTTP interface, taken apart.
type request struct {
	sql      string
	format   string       // of the answer, or of the rows to insert
	rows     bool         // the body holds rows to insert
	reads    bool         // a SELECT, the one statement whose answer the library streams
	database string       // empty: the default one
	params   []chdb.Param // {name:Type} placeholders
	settings []chdb.Param // settings of this statement alone
	revision uint64       // of Native blocks in the answer, as the client asked
	raw      bool         // the client takes blocks of revision 0 whatever it asked
}

// transport lists the names in the address that speak of the call and not of a setting; those with a reason are refused
// when they ask for something.
var transport = map[string]string{
	"query": "", "database": "", "default_format": "", "client_protocol_version": "", "query_id": "", "quota_key": "",
	"user": "", "password": "", "wait_end_of_query": "", "buffer_size": "",
	"compress":   "the engine's socket is local and answers uncompressed",
	"decompress": "the engine's socket is local and takes rows uncompressed",
	"session_id": "the engine gives every statement a session of its own",
	"role":       "the engine has one user",
}

// readRequest takes a call apart. What it cannot do is an error and never left out silently.
func readRequest(r *http.Request) (*request, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, refuse("the address cannot be read: %v", err)
	}
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, refuse("Content-Encoding %s: %s", encoding, transport["decompress"])
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return nil, refuse("external tables are not offered by the embedded engine; send the values as parameters")
	}
	req := &request{database: values.Get("database"), format: values.Get("default_format")}
	if req.format == "" {
		req.format = "TabSeparated"
	}
	if err := req.takeValues(values); err != nil {
		return nil, err
	}
	if err := req.takeRevision(values.Get("client_protocol_version"), r.Header.Get(RevisionHeader)); err != nil {
		return nil, err
	}
	return req, req.takeStatement(values.Get("query"), r.Body)
}

func (req *request) takeValues(values url.Values) error {
	for _, name := range slices.Sorted(maps.Keys(values)) {
		value := values.Get(name)
		reason, known := transport[name]
		param, isParam := strings.CutPrefix(name, "param_")
		switch {
		case reason != "" && value != "" && value != "0":
			return refuse("%s: %s", name, reason)
		case known:
		case isParam:
			req.params = append(req.params, chdb.Param{Name: param, Value: value})
		case !plainName.MatchString(name):
			return refuse("a setting's name may hold letters, digits and underscores")
		default:
			req.settings = append(req.settings, chdb.Param{Name: name, Value: value})
		}
	}
	return nil
}

func (req *request) takeRevision(asked, raw string) error {
	req.raw = raw == "0"
	if asked == "" {
		return nil
	}
	revision, err := strconv.ParseUint(asked, 10, 32)
	if err != nil {
		return refuse("client_protocol_version has to be a number")
	}
	req.revision = revision
	return nil
}

var (
	plainName    = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	formatClause = regexp.MustCompile(`(?is)^(.*\S)\s+FORMAT\s+([A-Za-z0-9]+)\s*;?\s*$`)
)

// takeStatement finds the statement: in the address, with rows in the body if it is an INSERT that ends in FORMAT;
// otherwise what the address holds and then the body.
func (req *request) takeStatement(inAddress string, body io.Reader) error {
	clause := formatClause.FindStringSubmatch(inAddress)
	if firstWord(inAddress) == "INSERT" && clause != nil {
		req.sql, req.format, req.rows = clause[1], clause[2], true
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(body, longestStatement+1))
	if err != nil {
		return fmt.Errorf("read the statement: %w", err)
	}
	if len(text) > longestStatement {
		return refuse("the statement is longer than %d bytes; send rows with INSERT … FORMAT Native in the address", longestStatement)
	}
	req.sql = strings.TrimSpace(inAddress + "\n" + string(text))
	if req.sql == "" {
		return refuse("no statement given")
	}
	word := firstWord(req.sql)
	req.reads = word == "SELECT" || word == "WITH"
	if clause := formatClause.FindStringSubmatch(req.sql); clause != nil && word != "INSERT" {
		req.format = clause[2]
	}
	return nil
}

// kind names what a request does, for the log. It is one of a few words, so that nothing of the statement gets there.
func (req *request) kind() string {
	switch word := firstWord(req.sql); word {
	case "SELECT", "WITH", "INSERT", "CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME", "EXCHANGE", "OPTIMIZE", "SYSTEM", "SHOW", "DESCRIBE", "EXPLAIN", "DELETE", "KILL":
		return word
	default:
		return "OTHER"
	}
}

// firstWord gives the first keyword of a statement in upper case, past comments and opening brackets.
func firstWord(sql string) string {
	for {
		sql = strings.TrimLeft(sql, " \t\r\n(")
		var end string
		switch {
		case strings.HasPrefix(sql, "--"), strings.HasPrefix(sql, "#"):
			end = "\n"
		case strings.HasPrefix(sql, "/*"):
			end = "*/"
		default:
			length := strings.IndexFunc(sql, func(r rune) bool { return (r|0x20) < 'a' || (r|0x20) > 'z' })
			if length < 0 {
				length = len(sql)
			}
			return strings.ToUpper(sql[:length])
		}
		_, rest, found := strings.Cut(sql, end)
		if !found {
			return ""
		}
		sql = rest
	}
}

// badArguments is ClickHouse's number for a call that makes no sense.
const badArguments = 36

// refuse makes an error that a client reads like one of ClickHouse.
func refuse(format string, args ...any) error {
	return &chdb.Exception{Code: badArguments, Message: fmt.Sprintf("Code: %d. DB::Exception: ", badArguments) + fmt.Sprintf(format, args...) + ". (BAD_ARGUMENTS)"}
}

// asException gives every error a number, so that clients can tell them apart from a broken connection.
func asException(err error) *chdb.Exception {
	var e *chdb.Exception
	if errors.As(err, &e) {
		return e
	}
	return &chdb.Exception{Code: 1002, Message: "Code: 1002. DB::Exception: " + err.Error()}
}
