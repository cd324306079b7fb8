/* Inside of the web shell analysis. A page becomes tokens (split.c, lex.c), tokens become
 * one small tree for all languages (parse.c, vb.c, cfm.c), and the tree is run on values
 * that know where they come from (run.c, call.c, value.c): known text, request data, or
 * neither. What reaches execution is a finding (find.c).
 *
 * Everything lives in the arena of the file; when it, or a count of limits.h, is used
 * up, the file's analysis ends there and that is said. */
#ifndef FB_DETECT_WEBSHELL_WS_H
#define FB_DETECT_WEBSHELL_WS_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "event/rules.h"

enum ws_lang { WS_NONE, WS_PHP, WS_CSHARP, WS_JSCRIPT, WS_JAVA, WS_VB, WS_CFML, WS_CONFIG, WS_LANGS };
/* "PHP", "C#" … */
const char *ws_lang_word(enum ws_lang lang);

/* ---- tokens ---- */

enum ws_tok { TK_END, TK_NAME, TK_VAR, TK_STR, TK_PARTS, TK_SHELL, TK_NUM, TK_OP, TK_LINE, TK_HTML };

#define OP1(a) ((uint32_t)(a))
#define OP_YIELD OP1(1) /* no operator that is written */
#define OP2(a, b) ((uint32_t)(a) | (uint32_t)(b) << 8)
#define OP3(a, b, c) (OP2(a, b) | (uint32_t)(c) << 16)
#define OP4(a, b, c, d) (OP3(a, b, c) | (uint32_t)(d) << 24)

struct ws_token {
	enum ws_tok kind;
	uint32_t op;   /* of TK_OP */
	uint32_t line; /* from 1 */
	uint32_t at;   /* offset in the file's text */
	struct fb_slice text; /* without quotes and escapes; TK_PARTS: as written */
};

struct ws_tokens {
	enum ws_lang lang;
	struct ws_token *v; /* TK_END behind the last */
	uint32_t n, cap;
};

/* ---- the tree ---- */

enum ws_kind {
	X_NONE, X_STR, X_NUM, X_CAT, X_VAR, X_NAME, X_CALL, X_NEW, X_MEMBER, X_STATIC, X_INDEX, X_BIN,
	X_UN, X_ASSIGN, X_COND, X_ARRAY, X_PAIR, X_CAST, X_FUNC, X_SHELL, X_INCLUDE, X_VARVAR, X_LIST,
	S_BLOCK, S_IF, S_LOOP, S_EACH, S_RETURN, S_ECHO, S_CLASS, S_DECL, S_GLOBAL, S_JUMP,
};

struct ws_node {
	enum ws_kind kind;
	uint16_t depth;
	uint16_t flags; /* WN_… */
	uint32_t op;
	uint32_t line, at;
	struct fb_slice text;
	struct ws_node *a, *b, *c;
	struct ws_node *next; /* in a list */
};
/* X_FUNC: text name, a parameters (X_VAR, text name, a default, b type as X_NAME), b body.
 * X_CALL: a what, b arguments. X_NEW: text class, a class as expression, b arguments, c body.
 * X_MEMBER: a object, text or b the name. X_STATIC the same of a class. S_IF: a condition, b, c.
 * S_LOOP: a before, b condition, c body; its step is the last of body, marked WN_STEP.
 * S_EACH: a over, b value, c body; text and op are not used, value->next is the key.
 * S_DECL: text name, a value, b type as X_NAME. S_CLASS: text name, a base, b body. */
#define WN_REF 1     /* by reference */
#define WN_WEB 2     /* X_FUNC: its parameters come from a request */
#define WN_FIELD 4   /* a parameter that is a field as well */
#define WN_TIGHT 4   /* S_LOOP: condition behind the body */
#define WN_SHORT 8   /* X_FUNC: body is an expression */
#define WN_CONST 16
#define WN_QUIET 32  /* @ */
#define WN_STEP 64
#define WN_SPREAD 128 /* an argument that is several */

/* ---- values ---- */

enum ws_bits {
	V_KNOWN = 1,       /* .str is what it is */
	V_REQUEST = 2,     /* request data in it */
	V_UPLOAD = 4,      /* an uploaded file's bytes or name of its temporary file */
	V_REMOTE = 8,      /* came from elsewhere over the network */
	V_HIDDEN = 16,     /* literal that was decoded, or put together of characters */
	V_BEFORE = 32,     /* known text stands before the request data */
	V_AFTER = 64,      /* known text stands behind it */
	V_CHECKED = 128,   /* compared with a list, or bound to a form */
	V_QUOTED = 256,    /* quoted for a shell */
	V_UNSET = 512,     /* a variable that nothing here sets */
	V_PATH = 1024,     /* a handle of a file whose name came from the request */
	V_SCRIPT = 2048,   /* a handle of a file with the name of a script */
	V_SOCKET = 4096,   /* a connection */
	V_NAME = 8192,     /* request data that is a name of an uploaded file */
	V_FILE = 16384,    /* content of a file */
	V_ALL = 32768,     /* everything that a request carries, by name */
	V_EMPTY = 65536,   /* "" or null */
	V_WEBPATH = 1u << 17, /* a folder of the web server */
	V_BLOB = 1u << 18, /* long literal text without words */
	V_FREE = 1u << 19, /* request data to the last byte: no part of it is ours */
	V_NUMBER = 1u << 20,
	V_INT = 1u << 22,  /* a number that was made of request data: harmless, until it is a character again */
	V_LOOKED = 1u << 23, /* what an object of somebody else's gave for request data */
	V_URL = 1u << 27,    /* begins with the address of another server */
	V_SHELL = 1u << 26,  /* a pipe to a shell of the system */
	V_HANDED = 1u << 24, /* by a framework, or to what is called when something happens: only what runs it counts */
	V_WRITTEN = 1u << 25, /* name of a file that request data was written to, or what another server gave */
	V_FAR = 1u << 21,  /* went through a field of an object */
};

#define WS_THIS_FILE "the page itself" /* what __FILE__ is */

struct ws_source {
	const char *what;     /* "request parameter", "request body" … */
	struct fb_slice name; /* may be empty */
	uint32_t line, at;
};

struct ws_scope;
struct ws_array;

struct ws_value {
	uint32_t bits;
	uint32_t steps; /* enum ws_step, as bits */
	const struct ws_source *src; /* with V_REQUEST and others */
	struct fb_slice str;
	struct fb_slice cls;       /* type of an object, or "" */
	struct ws_array *array;    /* NULL: none, or not known */
	const struct ws_node *fn;  /* NULL: none */
	struct ws_scope *env;      /* where fn was made */
};

struct ws_array {
	struct ws_item {
		struct fb_slice key;
		struct ws_value v;
	} *v;
	uint32_t n, cap;
	uint64_t next; /* number for an item without a key */
};

enum ws_step {
	ST_BASE64, ST_HEX, ST_URL, ST_ROT13, ST_INFLATE, ST_CRYPT, ST_XOR, ST_REVERSE, ST_REPLACE, ST_SPLIT,
	ST_CHARS, ST_SUBSTR, ST_FORMAT, ST_SERIAL, ST_ENCODING, ST_OWN, ST_COUNT
};
/* Steps that applications do not take with their own code. */
#define WS_PACKED (1u << ST_BASE64 | 1u << ST_HEX | 1u << ST_ROT13 | 1u << ST_INFLATE | 1u << ST_CRYPT | 1u << ST_OWN)
/* "base64" … as in "decoded from …" */
const char *ws_step_word(enum ws_step step);

/* ---- findings ---- */

enum ws_rule {
	R_CODE, R_COMMAND, R_LOAD, R_DESERIALISE, R_CALL, R_INCLUDE, R_WRITE, R_UPLOAD, R_FILES, R_TUNNEL, R_SQL,
	R_KEYS, R_XSLT, R_REMOTE, R_REVERSE, R_NATIVE, R_HOOK, R_HANDLER, R_IMAGE,
	R_PACKED, R_UNSET, R_CHECKED, R_CALL_NAME, R_WRITE_APP, R_INCLUDE_PART, R_DROPPER, R_HIDDEN, R_SETTING, R_ODD, WS_RULES
};

struct ws_finding {
	enum ws_rule rule;
	uint32_t line, at;
	struct fb_slice reason; /* one line, UTF-8 */
};

/* What a page did with request data that is no finding by itself. */
enum ws_cap {
	CAP_LIST = 1, CAP_READ = 2, CAP_DELETE = 4, CAP_WRITE = 8, CAP_RENAME = 16, CAP_MODE = 32, CAP_CONNECT = 64,
	CAP_SEND = 128, CAP_DBOPEN = 256, CAP_QUERY = 512, CAP_SHELL = 1024, CAP_INFO = 2048, CAP_TYPED = 4096,
	CAP_NATIVE = 8192, CAP_RECEIVE = 16384, CAP_HOOK = 32768, CAP_DBQUERY = 1 << 16,
};

/* ---- a file in work ---- */

struct ws_slot {
	struct fb_slice name;
	struct ws_value v;
	struct ws_slot *free; /* next of those to be used again */
	const struct ws_scope *of;
	bool set;
	uint32_t stamp; /* of the branch that changed it last */
};

struct ws_scope {
	struct ws_slot **table; /* open addressing; a power of two */
	uint32_t n, cap;
	struct ws_scope *up;    /* asked next, or free; NULL: none */
	bool kept;              /* a function was made in it */
	bool open;              /* request data may have made any variable of it */
	const struct ws_source *opened;
	const struct ws_node *fn;
	struct ws_value ret;
	bool returned;
	uint32_t undo; /* changes that were noted when it began */
};

struct ws_undo {
	struct ws_slot *slot;
	struct ws_value was, then;
	bool had, set;
};

struct ws_func {
	const struct ws_node *node;
	struct fb_slice name; /* "" a closure */
	struct fb_slice cls;
	struct ws_scope *env;
	uint32_t runs, active;
	bool alone; /* was run without a caller in this round */
};

/* Words that mean something wherever they stand in the page: looked for once. */
enum ws_word {
	W_OUTFILE, W_DUMPFILE, W_XPATH_PHP, W_TYPES_ALL, W_TYPES_AUTO, W_TYPES_OBJECTS, W_GETREF, W_PROXYCOMMAND, W_COUNT
};

struct ws_control { /* in a page: <asp:TextBox id=… runat=server>, <object runat=server progid=…> */
	struct fb_slice id, cls;
};

/* A file of a known name that request data was written to, or what another server gave. */
struct ws_written {
	struct fb_slice path;
	bool remote;
};
#define WS_WRITTEN 8

struct ws_file {
	struct fb_arena *arena;
	struct fb_slice text;   /* of the page, UTF-8 or single bytes */
	struct fb_slice name;   /* its own, without folders */
	struct fb_slice ext;    /* lower case, without the dot */
	enum ws_lang lang;      /* of the stream in work */
	bool asp;               /* ASP, ASP.NET, not JSP */
	struct ws_tokens streams[WS_LANGS];
	struct ws_control *controls;
	uint32_t ncontrols;

	uint32_t *lines;        /* where each line of text starts */
	uint32_t nlines;

	/* reading */
	uint32_t nodes, depth;
	struct ws_value result; /* of the text that was run last, where it is one expression */
	uint32_t nest;          /* of hidden code within hidden code */
	bool cut;               /* a limit was reached */
	bool oom;
	const char *why;        /* which */

	/* running */
	struct ws_scope *file, *scope; /* file: names that all functions share; fields */
	struct ws_scope *props, *statics, *consts, *checked; /* by name, whatever object or class */
	struct ws_scope *last;  /* of the function that was called last; it may be used again */
	struct ws_scope *free_scopes;
	struct ws_slot *free_slots;
	struct ws_func *funcs;
	uint32_t nfuncs, capfuncs;
	uint32_t *index; /* functions by name, open addressing; number + 1 */
	struct ws_undo *undo;
	uint32_t nundo, capundo;
	uint32_t branches, branch, stamps, base; /* base: branches when known conditions began to decide */
	uint64_t steps, built;  /* used so far */
	uint32_t words, words_known; /* enum ws_word, as bits */
	const uint8_t *lastend; /* of the text that was made last, and the room behind it */
	size_t lastroom;
	uint32_t calls;         /* within one another */
	uint32_t rundepth;
	uint32_t concrete;      /* > 0: known conditions decide */
	bool quiet;             /* first round: nothing is found yet */
	bool revived;           /* fields of $this come from the request */
	bool loose;             /* not in the function that is called next */
	enum { GO_ON, GO_BREAK, GO_CONTINUE, GO_RETURN } go;
	uint32_t caps;
	uint32_t cap_line[20];
	struct ws_written written[WS_WRITTEN];
	uint32_t nwritten;
	bool includes;          /* takes code from other files of a known name */
	bool part;              /* of an application: a name space, classes of others, or functions alone */
	uint32_t place_line;    /* where hidden code is, while it is run; 0: not */
	uint32_t place_at;
	uint32_t place_steps;

	struct ws_finding found[FB_WEBSHELL_FINDINGS_MAX];
	uint32_t nfound;
};

/* split.c: what language(s) a file has, and its tokens. false: none. */
bool ws_split(struct ws_file *w, struct fb_slice bytes);
/* Blanks, line ends and the like off the front of a directive's attribute: attr of tag. */
struct fb_slice ws_attr(struct fb_slice tag, const char *attr);
size_t ws_ifind(struct fb_slice s, size_t from, const char *word);
bool ws_ihas(struct fb_slice s, const char *word);

/* encoder.c */
struct fb_slice ws_unencoded(struct ws_file *w, struct fb_slice s);

/* lex.c: appends the tokens of text[from..to). PHP: starts in HTML unless code is set. */
void ws_lex(struct ws_file *w, struct ws_tokens *out, struct fb_slice text, size_t from, size_t to,
	    bool code);
void ws_push(struct ws_file *w, struct ws_tokens *out, enum ws_tok kind, uint32_t op, size_t at,
	     struct fb_slice text);
bool ws_php_opens(struct fb_slice s, size_t i);
uint32_t ws_line_of(const struct ws_file *w, size_t at);

/* parse.c, vb.c, cfm.c: a list of statements. */
struct ws_node *ws_parse(struct ws_file *w, const struct ws_tokens *t);
struct ws_node *ws_parse_vb(struct ws_file *w, const struct ws_tokens *t);
struct ws_node *ws_parse_cfm(struct ws_file *w);

/* tree.c */
struct ws_node *ws_node(struct ws_file *w, enum ws_kind kind, const struct ws_token *at);
struct ws_node *ws_join(struct ws_file *w, uint32_t op, struct ws_node *a, struct ws_node *b,
			const struct ws_token *at);
/* Sets depth from the parts; cuts what is too deep. */
struct ws_node *ws_built(struct ws_file *w, struct ws_node *n);

/* run.c */
void ws_run(struct ws_file *w, struct ws_node *program);
struct ws_value ws_eval(struct ws_file *w, const struct ws_node *n);
/* The value handed to code that is run: parsed and run as well when it is known. */
void ws_run_text(struct ws_file *w, struct fb_slice code, uint32_t line, uint32_t at, uint32_t steps);
/* The scope of the call that was made last is not looked at any more. */
void ws_call_done(struct ws_file *w);
struct ws_value ws_call_func(struct ws_file *w, struct ws_func *f, const struct ws_value *args,
			     uint32_t nargs);
/* A function without a name that is given as text. */
struct ws_value ws_function_of(struct ws_file *w, const struct ws_node *n, struct fb_slice params, struct fb_slice code);
struct ws_func *ws_func_of(struct ws_file *w, struct fb_slice name, const struct ws_node *node);
struct ws_slot *ws_slot(struct ws_file *w, struct ws_scope *s, struct fb_slice name, bool make);
void ws_set(struct ws_file *w, struct ws_slot *slot, struct ws_value v);
void ws_assign(struct ws_file *w, const struct ws_node *to, struct ws_value v);
struct ws_slot *ws_find(struct ws_file *w, struct fb_slice name);
struct ws_value ws_name_value(struct ws_file *w, const struct ws_node *n, struct fb_slice name);
struct ws_scope *ws_scope(struct ws_file *w, struct ws_scope *up);

/* call.c and its parts by language */
struct ws_value ws_call(struct ws_file *w, const struct ws_node *n);
/* Something of v gets into the variable that n is or is a part of. */
void ws_taint(struct ws_file *w, const struct ws_node *n, const struct ws_value *v);
/* A callback that gets something of data. */
struct ws_value ws_callback(struct ws_file *w, const struct ws_node *n, const struct ws_value *f,
			    const struct ws_value *data);
struct ws_value ws_new(struct ws_file *w, const struct ws_node *n);
struct ws_value ws_member(struct ws_file *w, const struct ws_node *n, const struct ws_value *obj);
void ws_member_set(struct ws_file *w, const struct ws_node *n, const struct ws_value *obj,
		   const struct ws_value *v);
bool ws_superglobal(struct fb_slice name);
bool ws_source_var(struct ws_file *w, const struct ws_node *n, struct fb_slice name, struct ws_value *out);
/* A function of PHP by name. */
struct ws_value ws_php_call(struct ws_file *w, const struct ws_node *n, struct fb_slice name,
			    struct ws_value *args, uint32_t nargs);
struct ws_value ws_dyn_call(struct ws_file *w, const struct ws_node *n, const struct ws_value *f,
			    struct ws_value *args, uint32_t nargs);
/* A free function of another language; a method. */
struct ws_value ws_other_call(struct ws_file *w, const struct ws_node *n, struct fb_slice name,
			      struct ws_value *args, uint32_t nargs);
struct ws_value ws_method(struct ws_file *w, const struct ws_node *n, struct fb_slice name,
			  const struct ws_value *obj, struct ws_value *args, uint32_t nargs);
struct ws_value ws_new_object(struct ws_file *w, const struct ws_node *n, struct fb_slice cls,
			      struct ws_value *args, uint32_t nargs);

/* value.c */
struct ws_value ws_none(void);
struct ws_value ws_text(struct ws_file *w, struct fb_slice s);
struct ws_value ws_number(struct ws_file *w, double d);
double ws_digits(struct fb_slice s, unsigned base);
bool ws_as_number(const struct ws_value *v, double *out);
struct ws_value ws_request(struct ws_file *w, const struct ws_node *n, const char *what, struct fb_slice name);
struct ws_value ws_either(const struct ws_value *a, const struct ws_value *b);
/* What of the parts stays in something that is made of them. */
struct ws_value ws_mixed(const struct ws_value *v, uint32_t n);
struct ws_value ws_concat(struct ws_file *w, const struct ws_value *a, const struct ws_value *b);
struct ws_value ws_step(struct ws_file *w, const struct ws_value *v, enum ws_step step);
struct ws_value ws_item(struct ws_file *w, const struct ws_value *v, const struct ws_value *key);
void ws_item_set(struct ws_file *w, struct ws_value *v, const struct ws_value *key,
		 const struct ws_value *item);
struct ws_array *ws_array(struct ws_file *w);
struct ws_value ws_int(const struct ws_value *v);
struct ws_value ws_char(const struct ws_value *v);
struct fb_slice ws_bytes(struct ws_file *w, size_t n, uint8_t **p);
bool ws_known(const struct ws_value *v);
bool ws_is(const struct ws_value *v, const char *s);
#define WS_EVIL (V_REQUEST | V_UPLOAD)
static inline bool ws_evil(const struct ws_value *v)
{
	return (v->bits & V_REQUEST) != 0;
}

/* codec.c: a known text decoded, or transformed by one of PHP's and others' functions. */
bool ws_decode(struct ws_file *w, enum ws_step step, struct fb_slice in, struct fb_slice *out);

/* find.c */
void ws_find_add(struct ws_file *w, enum ws_rule rule, const struct ws_node *n, const struct ws_value *v,
		 const char *sink);
void ws_cap(struct ws_file *w, enum ws_cap cap, const struct ws_node *n);
/* v reaches what runs code, commands …; by how sure it is one rule or another. */
void ws_sink_code(struct ws_file *w, const struct ws_node *n, const struct ws_value *v, const char *sink);
void ws_sink_command(struct ws_file *w, const struct ws_node *n, const struct ws_value *v, const char *sink);
void ws_sink(struct ws_file *w, enum ws_rule rule, const struct ws_node *n, const struct ws_value *v,
	     const char *sink);
void ws_sink_write(struct ws_file *w, const struct ws_node *n, const struct ws_value *path,
		   const struct ws_value *data, const char *sink);
void ws_sink_include(struct ws_file *w, const struct ws_node *n, const struct ws_value *v, const char *sink);
/* After all ran: what the page is made of. */
void ws_find_whole(struct ws_file *w);
void ws_config(struct ws_file *w);
bool ws_script_name(struct fb_slice path);
/* php.c: a name that the system made, of a file that is the page's own. */
/* php.c: the name of a function that runs commands or code. */
bool ws_runs(struct fb_slice name);
/* find.c: a shell of the system, or a program beside it. */
bool ws_shell_word(struct fb_slice s);
bool ws_own_file(const struct ws_value *path);

/* source.c */
bool ws_has(struct ws_file *w, enum ws_word word);
/* method.c */
bool ws_sql_writes(struct ws_file *w);

/* The whole of it, for one file; findings in w->found, best first. */
void ws_analyse(struct ws_file *w, struct fb_slice bytes, const char *path);

extern const struct ws_rule_text {
	const char *id, *title, *description, *techniques;
	enum fb_level level;
} ws_rules[WS_RULES];

#endif
