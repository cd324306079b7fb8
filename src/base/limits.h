/* Every limit of the program, each with its reason. What happens when one is
 * reached is always visible: a problem of the source, a word in the summary,
 * exit status 1. A limit counts bytes, steps or matches, never wall-clock time,
 * so that the same evidence gives the same answer on a slow machine.
 */
#ifndef FB_BASE_LIMITS_H
#define FB_BASE_LIMITS_H

/* One slab of shared memory: large enough that messages cost nothing beside
 * decoding, small enough that a pool of them stays far below the memory bound. */
#define FB_SLAB_SIZE (4u << 20)
/* What a unit is cut to: four in a slab, less room for the tail that is carried over. Short
 * lines that are each hit by five rules stay below FB_UNIT_DETECTIONS_MAX, and the
 * end of a large file occupies all matchers. */
#define FB_UNIT_SIZE ((FB_SLAB_SIZE - (256u << 10)) / 4)
/* The smallest unit, and so the most that a crashing decoder can cost:
 * one EVTX chunk, one block of lines. */
#define FB_UNIT_MIN (64u << 10)
/* State that a format carries from one unit to the next (last #Fields line). */
#define FB_CTX_MAX (64u << 10)
/* How much of a file is looked at to recognise its format. */
#define FB_PROBE_MAX (64u << 10)
/* A log line longer than this is an attack or another format; IIS itself ends
 * a request line at 16 KB and custom fields at 64 KB. */
#define FB_LINE_MAX (256u << 10)
/* A #Fields line, which travels in the context, and its columns; IIS has 22 fields
 * of its own, and its custom ones are few. */
#define FB_W3C_FIELDS_MAX (32u << 10)
#define FB_W3C_COLUMNS_MAX 512
/* Columns behind those of the combined format in an access log. */
#define FB_ACCESS_EXTRA_MAX 32
/* Objects and lists within one another in a line of JSON; Caddy's have 4. */
#define FB_WEB_JSON_DEPTH 16
/* What people say of their logs: proxies, formats, and the bytes of all of it. A company
 * has some ten of each. */
#define FB_TRUSTED_PROXIES_MAX 256
#define FB_LOG_FORMATS_MAX 32
#define FB_LOGS_SAID_MAX 32768

/* What other programs made: a record of CSV or JSON (PowerShell scripts with all quotes
 * doubled stay below), a CSV's header, which travels in the context, and its columns, JSON
 * within JSON, what a record takes while it is read, a mapping file. */
#define FB_FOREIGN_RECORD_MAX (1u << 20)
/* Records of one source that begin and never end cost a line each, so many of them; then each
 * costs so many bytes, since looking for its end takes a megabyte. */
#define FB_FOREIGN_OPENS 64
#define FB_FOREIGN_OPEN_COSTS (64u << 10)
#define FB_FOREIGN_HEADER_MAX (32u << 10)
#define FB_FOREIGN_COLUMNS_MAX 1024
#define FB_FOREIGN_DEPTH 32
#define FB_FOREIGN_MEMORY (32u << 20)
#define FB_MAP_FILE_MAX (256u << 10)
#define FB_MAPS_MAX 32

/* Fields of one event. The widest real EVTX template has about 80. */
#define FB_FIELDS_MAX 1024
/* Field names the rules and formats may intern; SigmaHQ uses about 700. */
#define FB_SYMS_MAX 16384
/* One value as text; beyond it the value is cut and the event is flagged.
 * PowerShell script blocks reach 64 KB per record. */
#define FB_VALUE_MAX (1u << 20)

/* BinXML elements within one another; Event Viewer's own schemas nest six deep. */
#define FB_BINXML_DEPTH 32
/* BinXML steps for one record: stops templates that refer to themselves. */
#define FB_BINXML_STEPS 65536
/* The same for all records of one chunk, which real ones need 20,000 of: what a
 * chunk made to be slow can cost. */
#define FB_BINXML_CHUNK_STEPS (1u << 20)
/* Values of one record, nested templates included; real ones have up to 200. */
#define FB_BINXML_VALUES_MAX 4096
/* Characters of an element's, attribute's or field's name; Windows' longest has
 * about 60. */
#define FB_BINXML_NAME_MAX 1024
/* Scratch memory of the EVTX decoder; a dense chunk needs 100 KB. */
#define FB_EVTX_MEMORY (64u << 20)
/* Plans of templates that a worker keeps for the chunks to come. */
#define FB_EVTX_KEPT (8u << 20)

/* Rules hit by one event; more than all of SigmaHQ never matched at once. */
#define FB_HITS_MAX 4096
/* Results of one unit, held in the broker until the unit is whole. */
#define FB_UNIT_RESULT_MAX (32u << 20)
/* Detections of one unit: a log of the shortest lines, each hit by five rules. */
#define FB_UNIT_DETECTIONS_MAX 131072
/* Results of all units that are not whole yet; above it the broker listens to one
 * matcher only, until its unit is whole, and the others wait. */
#define FB_GATHERED_MAX (64u << 20)
/* Original records kept per rule and unit when found; after the seal the first
 * FB_ORIGINALS_PER_SOURCE per rule and source stay, the rest is read again
 * from the evidence on demand. */
#define FB_ORIGINALS_PER_UNIT 2
#define FB_ORIGINALS_PER_SOURCE 10
/* One rendered original record. */
#define FB_ORIGINAL_MAX (256u << 10)
/* The same when every record is rendered (dump): what one message holds beside the
 * event's own numbers. A record has at most 64 KB, and grows tenfold at most as text
 * unless somebody made it to. */
#define FB_RENDERED_MAX (FB_MESSAGE_MAX - (64u << 10))
/* What a unit is cut to then, so that its records as text stay far below
 * FB_UNIT_RESULT_MAX. */
#define FB_RENDER_UNIT (256u << 10)
/* The one-line description of an event. */
#define FB_SUMMARY_MAX 400
/* Entities of one detection. */
#define FB_ENTITIES_MAX 24
#define FB_ENTITY_VALUE_MAX 1024
/* Distinct problems kept per unit; further ones are counted. */
#define FB_PROBLEMS_MAX 256
#define FB_PROBLEM_TEXT_MAX 256

/* One message between broker and worker: an event with its original, the rules
 * that hit it and its entities fits. */
#define FB_MESSAGE_MAX (1u << 20)
/* Evidence files handed to one reader at its start (SCM_RIGHTS allows 253), and
 * the bytes after which no further one is added: forking a reader costs some
 * milliseconds, and a long batch leaves the other readers idle at the end. */
#define FB_READER_FILES 200
#define FB_READER_BYTES (256ull << 20)
/* Matchers; and slabs, so that the shared memory stays below 200 MB. */
#define FB_WORKERS_MAX 64
#define FB_SLABS_MAX 48
/* Host names counted per unit. */
#define FB_UNIT_HOSTS_MAX 16
/* What was recorded, per unit: kinds of records (a busy System log has some 80 in 4 MB,
 * a collector of forwarded events a few hundred), logs (host and channel), runs of record
 * numbers (one, unless records are missing or the log pauses: a unit has at most some 3,000 records), notices (some per start of the system). What
 * is beyond is counted and said. */
#define FB_UNIT_KINDS_MAX 2048
#define FB_UNIT_LOGS_MAX 256
#define FB_UNIT_SERIES_MAX 4096
#define FB_UNIT_NOTICES_MAX 256
/* Sums over blocks of record numbers (event/recorded.h): each run of numbers begins one. */
#define FB_UNIT_SUMS_MAX 8192
/* Times of records beyond these (1990 and 2100, UTC, ns) are taken for wrong where time is
 * reckoned with: differences then never overflow, and one forged record does not stretch a case over
 * centuries. */
#define FB_ODD_BEFORE 631152000000000000ll
#define FB_ODD_AFTER 4102444800000000000ll
/* A pause of a log: what is longer is kept as one, because nobody can say whether it
 * lived meanwhile. Most servers write something in a quarter of an hour. */
#define FB_PAUSE_SECONDS 900
/* Pages of web servers counted per unit: a large site runs some hundred. What is beyond
 * is said. */
#define FB_UNIT_PAGES_MAX 4096
/* Pairs of machines in a quarter of an hour, per unit: a unit of connections has some 7,500 lines. What is beyond
 * nobody can be sure of: bounds say so. */
#define FB_UNIT_FLOWS_MAX 8192
/* Of these, of machines that are asked about, when a case is read: some 300 bytes each while they are gathered. */
#define FB_COVER_FLOWS_MAX (256u << 10)
/* And of a case, some 200 bytes each; more only where addresses of pages are made up. */
#define FB_PAGES_MAX 131072
/* Pages that are listed for what the log says of them alone: nobody looks at more. */
#define FB_WEBSHELLS_BY_LOG 100
/* A record this much earlier than the one numbered before it: the clock was set back.
 * Providers buffer what they log for seconds. */
#define FB_CLOCK_BACK_SECONDS 60
/* Gaps in record numbers of one source that are listed; their sum stays exact. */
#define FB_SOURCE_GAPS_MAX 1000
/* What a worker may take beyond what it inherited: an EVTX unit needs 2 MB, the
 * results of a unit at most FB_UNIT_RESULT_MAX. */
#define FB_WORKER_MEMORY (192ull << 20)
/* Processor seconds that one unit, or one minimal unit, may take. This one is
 * a clock, of the worker's own CPU time; reaching it is said and ends with
 * status 1, because a slower machine could have been stopped elsewhere. */
#define FB_UNIT_CPU_SECONDS 30
#define FB_UNIT_MIN_CPU_SECONDS 5

/* Names below an evidence folder. Linux itself ends at 4,096. */
#define FB_PATH_MAX 4096
/* Folders within one another. */
#define FB_WALK_DEPTH 64
/* What a file may unpack to in all: so many times its own size, or the first number of
 * bytes if that is more. Whole folders of event logs reach 50:1, text 30:1; deflate ends
 * at 1032:1, others do not. One member may have half of it. */
#define FB_UNPACK_RATIO 400
#define FB_UNPACK_FREE (1ull << 30)
/* And never more than this, whatever its size. */
#define FB_UNPACK_MAX (1ull << 42)
/* Members that are archives of the kind that is read back and forth are held in memory,
 * all that are open at once: this part of what a reader may take. */
#define FB_NESTED_MEMORY_PART 2
/* Archives within one another: a collection in a zip in a mail's archive is 3. */
#define FB_ARCHIVE_DEPTH 8
/* Members of one file of evidence, at all depths: each is a row of the case. A
 * collection of a whole system has some 100,000. */
#define FB_MEMBERS_MAX 500000
/* Folders and other entries that are no members cost time only. */
#define FB_ENTRIES_MAX 4000000
/* A member's name as it is shown; Windows ends at 32,767 characters, Explorer at 260. */
#define FB_MEMBER_NAME_MAX 2048
/* Passwords that are tried: each costs 1,000 rounds of PBKDF2. */
#define FB_PASSWORDS_MAX 1000
#define FB_PASSWORD_FILE_MAX (1u << 20)
/* A manifest of evidence: a line for each of some 10,000 exhibits. */
#define FB_MANIFEST_MAX (16u << 20)
/* What a spool keeps unless told otherwise (a case of some dozen collections), and at most. */
#define FB_SPOOL_BYTES (20ull << 30)
#define FB_SPOOL_MAX (16ull << 40)
/* Parts of a split archive behind the first: a reader gets a descriptor for each. */
#define FB_PARTS_MAX 180
/* At how many lengths the sum of a file's beginning is made in one reading: 32 bytes for each come with the file's own. */
#define FB_BEGINNINGS_MAX 512
/* Looking for what two logs have in common: so many whole lines are looked for at once (two machines may write one line
 * alike, hardly eight), of so many logs in one reading, and are found at so many places of one log; and so many ranges get
 * their sums in one reading, each of which is the work of hashing it once more. Such a part is no shorter than so many
 * lines, and the time that both logs tell of no shorter than so much: a log that is rotated has one second on both sides. */
#define FB_ANCHOR_LINES 8
#define FB_ANCHORS_MAX 128
#define FB_ANCHOR_PLACES 4
#define FB_PLACES_MAX 256
#define FB_RANGES_MAX 32
#define FB_OVERLAP_SECONDS 2
/* In how many places one log is cut so that what it has alone is counted without what another one has too (a log of
 * which so many other windows were collected). */
#define FB_CUTS_MAX 8
/* Pairs of logs of one time that are looked at. */
#define FB_OVERLAP_PAIRS 100000
/* What a collector wrote about its work: statements of one file (a file system's worth of
 * hashes), one text of them (a path on Windows may have 32,767 characters, real ones have some
 * hundred), and a file that is one document of JSON. */
#define FB_STATEMENTS_MAX 1000000
#define FB_STATEMENT_TEXT_MAX 4096
#define FB_STATEMENT_DOCUMENT_MAX (8u << 20)
/* A configuration of Sysmon: the fields of an event (1 has 24) that are told apart in a set of filters; how deep
 * elements lie that are passed over. */
#define FB_SYSMON_FIELDS_MAX 32
#define FB_SYSMON_DEPTH 64
/* IIS's configuration: sites, and paths of which something is said (hosters have some thousand); how deep elements lie
 * (those of its schema at most nine). */
#define FB_IIS_SITES_MAX 16384
#define FB_IIS_DEPTH 64
/* What --memory may allow a reader; 7z dictionaries end at 4 GB. */
#define FB_MEMORY_MAX (64ull << 30)

/* The case's file that is deleted when the disk is full, so that what is whole, the
 * custody record and the message still find room: a commit of 2,000 detections
 * writes about 2 MB. */
#define FB_CASE_RESERVE (8u << 20)
/* A commit each so many detections or milliseconds: an fsync costs some
 * milliseconds, and as much work is lost when the machine dies. */
#define FB_CASE_COMMIT_ROWS 2000
#define FB_CASE_COMMIT_MS 250
/* Raw detections that are kept in memory for the seal, 56 bytes each; with more it reads
 * all of them. */
#define FB_SEAL_ROWS_MAX (1u << 20)
/* Texts (hosts, channels) whose number is remembered while writing. */
#define FB_CASE_STRINGS_MAX 16384
/* Problems of one source, and copies of one detection, that are listed; the
 * source's byte counts stay exact. */
#define FB_CASE_PROBLEMS_SHOWN 100000
#define FB_CASE_COPIES_SHOWN 10000

/* Decisions of people in one case, the bytes of all, and what reading them takes: three
 * analysts who mark a thing a minute need a year for as many. */
#define FB_DECISIONS_MAX 100000
#define FB_DECISIONS_BYTES (32u << 20)
#define FB_DECISIONS_MEMORY (200u << 20)
/* What people say of a case beside decisions: a statement (a page of text, or a listing of
 * how an inventory was read), and all: a roster of 100,000 machines fits. */
#define FB_STATED_LINE_MAX (256u << 10)
#define FB_STATED_BYTES (64u << 20)
/* What was not visible, of one answer, that is listed: a page of a report; all is counted. */
#define FB_UNSEEN_MAX 64
/* Acts that one answer lists as its reasons; all are counted. */
#define FB_REASONS_MAX 24
/* Set-asides of one case: each is held against each detection. */
#define FB_ASIDES_MAX 1000
/* A file of them; one line; a note or reason; an author, a rule, a host; a tag; the
 * identity of an event (a host and a channel of 255 characters, each as %XX, and an
 * entity's value fit); decisions that one takes the place of. */
#define FB_DECISIONS_FILE_MAX (64u << 20)
#define FB_DECISION_LINE_MAX (64u << 10)
#define FB_DECISION_TEXT_MAX 8192
#define FB_DECISION_NAME_MAX 256
#define FB_DECISION_TAG_MAX 64
#define FB_DECISION_EVENT_MAX 4096
#define FB_DECISION_REPLACES_MAX 256

/* One rule file. SigmaHQ's largest has 30 KB. */
#define FB_RULE_FILE_MAX (1u << 20)
/* Sets of rules of one run: one a kind. */
#define FB_RULESETS_MAX 8
/* Rules of one run; SigmaHQ has 3,780. */
#define FB_RULES_MAX 65536
/* Text of all rule files that is held while they are compiled; SigmaHQ's have 6 MB.
 * Beyond it each file is read when its turn comes, and nothing is cached. */
#define FB_RULES_KEPT (64u << 20)
/* Compiled rules as bytes for the cache; SigmaHQ's take some 10 MB. */
#define FB_RULE_IMAGE_MAX (256u << 20)
/* Sets of compiled rules kept for the user, and their bytes: some packs in some
 * versions of them. */
#define FB_STORE_FILES 8
#define FB_STORE_BYTES (512u << 20)
/* A list for placeholders: 100,000 names of computers have some 4 MB. */
#define FB_LIST_FILE_MAX (8u << 20)
#define FB_LIST_VALUES_MAX 1000000
/* Values that have a pseudonym, and what they take: the clients of a busy web server. */
#define FB_PSEUDONYMS_MAX 4000000
#define FB_PSEUDONYMS_MEMORY ((size_t)1 << 30)
/* A noise list: SigmaHQ has some 4,000 rules, and nobody has a reason for each on each of
 * a few hosts. Bytes of a reason: it stands in lines of output. */
#define FB_NOISE_FILE_MAX (4u << 20)
#define FB_NOISE_MAX 20000
#define FB_NOISE_REASON_MAX 500
/* A file of events to test rules with: a person wrote it, or exported some records. */
#define FB_EVENTS_FILE_MAX (64u << 20)
/* One file of YARA rules; the largest of signature-base has 0.8 MB. */
#define FB_YARA_RULE_FILE_MAX (16u << 20)
/* A file that YARA looks at has to stand in memory as a whole; programs, scripts and
 * documents are smaller, and beyond it "not scanned" is said. */
#define FB_YARA_FILE_MAX (64u << 20)
/* Processor seconds that rules of bytes may take on one file: real packs need 25 on 64 MB
 * of what they like least. A clock, like that of units. */
#define FB_SCAN_CPU_SECONDS 60
/* A file's path as shown to rules of bytes, without the names of members. */
#define FB_SCAN_PATH_MAX (2 * FB_PATH_MAX)
/* Streams of one file of evidence whose scan killed its reader: each is left out when it
 * is read again, and beyond so many the rest of the file is not scanned. */
#define FB_SCAN_RETRIES 16
/* Places listed of one YARA match, strings of each named once, and bytes shown of one. */
#define FB_YARA_PLACES_MAX 64
#define FB_YARA_SHOWN_MAX 80
/* The analysis of web shells. A page that it looks at: the largest script of the Debian
 * packages has 1.2 MB, the largest public web shell 0.9 MB; its memory. */
#define FB_WEBSHELL_FILE_MAX (4u << 20)
#define FB_WEBSHELL_MEMORY (96u << 20)
/* Words and expressions of one page; texts that it builds, all and one; hidden code within
 * hidden code. */
#define FB_WEBSHELL_TOKENS 1000000
#define FB_WEBSHELL_NODES 600000
#define FB_WEBSHELL_BUILT (32u << 20)
#define FB_WEBSHELL_TEXT_MAX (1u << 20)
#define FB_WEBSHELL_NEST 12
/* Expressions within one another, and how deep they are followed through calls: some
 * 300 bytes of stack each. */
#define FB_WEBSHELL_DEPTH 200
#define FB_WEBSHELL_RUN_DEPTH 3000
/* Steps of one round: 0.3 seconds; turns of one loop that is followed; functions of a page,
 * calls within one another, and runs of one function; what branches changed. */
#define FB_WEBSHELL_STEPS 1500000
#define FB_WEBSHELL_TURNS 5000
#define FB_WEBSHELL_FUNCTIONS 16384
#define FB_WEBSHELL_CALLS 12
#define FB_WEBSHELL_RUNS 60
#define FB_WEBSHELL_UNDO (1u << 20)
/* Items of one array, and keys that are compared one by one. */
#define FB_WEBSHELL_ITEMS_MAX 16384
#define FB_WEBSHELL_KEYS_LOOKED 256
/* Server controls of a page; findings that are kept of one, and listed. */
#define FB_WEBSHELL_CONTROLS_MAX 512
#define FB_WEBSHELL_FINDINGS_MAX 64
/* Bytes of a line that are shown. */
#define FB_WEBSHELL_SHOWN_MAX 160
/* A list of known files: 64 bytes a line for a million of them, and more. */
#define FB_KNOWN_GOOD_FILE_MAX (256u << 20)
#define FB_KNOWN_GOOD_MAX 4000000
/* A list of indicators: ten million hashes have some 700 MB. Indicators of one run, and
 * bytes of one, of what its list says of it, and of a line of a list. */
#define FB_INDICATOR_FILE_MAX (1u << 30)
#define FB_INDICATORS_MAX 4000000
#define FB_INDICATOR_MAX 4096
#define FB_INDICATOR_NOTE_MAX 200
#define FB_INDICATOR_LINE_MAX (64u << 10)
/* Indicators named for one event. */
#define FB_INDICATOR_HITS_MAX 64
/* Nodes within one another in a rule's YAML and condition. */
#define FB_RULE_DEPTH 32
/* Values of one rule: lists of a million values belong in indicator lists. */
#define FB_RULE_VALUES_MAX 100000
/* Nodes of one compiled rule, after wildcards and 1 of / all of are spread out. */
#define FB_RULE_NODES_MAX 200000
/* Filters that name one rule. */
#define FB_RULE_FILTERS_MAX 500
/* Regular expressions of one rule and the memory that they take compiled, machine code
 * included; SigmaHQ's rules have up to 30 of some KB each. */
#define FB_RULE_REGEXES_MAX 2000
#define FB_RULE_REGEX_BYTES (8u << 20)
/* PCRE2 match limit: a count, so the same everywhere. */
#define FB_REGEX_MATCH_LIMIT 100000
#define FB_REGEX_PATTERN_MAX 8192
/* Characters of one value of a rule. Real ones end at some hundred. */
#define FB_PATTERN_MAX 65536
/* Comparisons of one pattern with wildcards in one text: some milliseconds, and
 * far above what any real pattern needs. */
#define FB_PATTERN_STEPS 4000000
/* Texts of one event, folded for matching: a few values of FB_VALUE_MAX. */
#define FB_EVENT_TEXT_MAX (64u << 20)
/* What a matcher remembers of its rules' answers: some ten thousand values and kinds of
 * events. One value, and all values of one event that its rules ask; longer ones are asked
 * each time. */
#define FB_REMEMBERED_BYTES (2u << 20)
#define FB_REMEMBERED_MAX (64u << 10)
#define FB_RECALL_KEY_MAX 8192
/* Items of arrays of one event that are matched each by itself. */
#define FB_ARRAY_ITEMS_MAX 256

/* Correlations of one run. Rules that one names, itself and through others, counted
 * by way (temporal_ordered compares each with each), fields of one, fields kept for one rule, aliases, and how deep they name each
 * other. The specification's own have three rules and two fields. */
#define FB_CORRELATIONS_MAX 256
#define FB_CORRELATION_RULES_MAX 256
#define FB_CORRELATION_ORDERED_MAX 32
#define FB_CORRELATION_FIELDS_MAX 8
#define FB_CAPTURES_MAX 32
#define FB_CORRELATION_ALIASES_MAX 4096
#define FB_CORRELATION_NAME_MAX 256
#define FB_CORRELATION_DEPTH 8
/* A value that hits are grouped by or counted over; longer ones end in their hash. */
#define FB_CAPTURE_VALUE_MAX 512
/* Hits in one window: at most 80 MB, and far beyond any threshold that means
 * something. */
#define FB_CORRELATION_WINDOW_MAX (1u << 18)
/* Events listed for one detection of a correlation; their number is exact. */
#define FB_BECAUSE_MAX 100

/* A pass over the evidence of a case. Hits that wait for those before them and are
 * kept in memory, the rest lies in a file meanwhile; records whose copies are known as
 * such (16 bytes each, in a table that is half empty); spans that are passed over. */
#define FB_PASS_MEMORY (48u << 20)
#define FB_PASS_SEEN (1u << 22)
#define FB_PASS_SPANS (1u << 20)
/* Values that are counted apart, and their memory; more would not be read by anybody. */
#define FB_TALLY_KEYS 500000
#define FB_TALLY_MEMORY (96u << 20)
/* Hits whose surroundings are shown, and events before and after each. */
#define FB_CONTEXT_HITS 100000
#define FB_CONTEXT_EVENTS 1000
/* Records of processes that are made into trees. */
#define FB_PROCESSES_MAX 150000

/* Records of who did what that the second pass keeps (some 170 bytes each); steps of activities that
 * a case keeps, and edges between them. */
#define FB_FACTS_MAX 2000000u
#define FB_STEPS_MAX 20000u
#define FB_STEP_EDGES_MAX 2000u
/* Pairs of machines whose clocks were compared. */
#define FB_STEP_SKEWS_MAX 1000u
/* Files that they opened or wrote, by name. */
#define FB_STEP_OBJECTS_MAX 200000u
/* Shares of machines of which it is kept how much anybody opened there. */
#define FB_STEP_OPENINGS_MAX 2000u
#define FB_STEPS_MEMORY (256u << 20)

/* The HTML report. Detections that it carries: what a browser scrolls and searches
 * smoothly (some 5 MB); the rest is counted, with the command that shows it. */
#define FB_REPORT_DETECTIONS 10000
/* Of these, those written as HTML too, for readers without scripts and on paper. */
#define FB_REPORT_STATIC 1000
/* Groups (rule and host) listed; highest level and rarest come first. */
#define FB_REPORT_GROUPS 2000
/* Host names told apart; the evidence may invent any number of them. */
#define FB_REPORT_HOSTS 4096
/* Lanes of the timeline, and strips below it: one screen. */
#define FB_REPORT_LANES 16
#define FB_REPORT_STRIPS 24
/* Columns of the timeline's histogram: one a pixel of a wide screen, so that one
 * can zoom in on it. */
#define FB_REPORT_BINS 1200
/* Groups opened on the first page: what fits on it. */
#define FB_REPORT_FIRST 10
/* Original records per group, bytes of each, of all before packing at any moment,
 * and of all after packing. */
#define FB_REPORT_ORIGINALS 3
#define FB_REPORT_ORIGINAL_MAX (32u << 10)
#define FB_REPORT_RAW (32u << 20)
#define FB_REPORT_ORIGINALS_BYTES (8u << 20)
/* Rows of the tables of sources, problems of one source, rules, custody, decisions. */
#define FB_REPORT_SOURCES 5000
#define FB_REPORT_PROBLEMS 20
#define FB_REPORT_RULES 5000
#define FB_REPORT_LEDGER 1000
#define FB_REPORT_DECISIONS 2000
#define FB_REPORT_WEBSHELLS 200
/* Of an answer: places, and acts of a route; things to fetch. */
#define FB_REPORT_ANSWER_PLACES 12
#define FB_REPORT_ANSWER_ACTS 5
#define FB_REPORT_FETCH 40
/* Activities told step by step, and steps of each. */
#define FB_REPORT_ACTIVITIES 12
#define FB_REPORT_STEPS 60
/* Memory for all of that. */
#define FB_REPORT_MEMORY (192u << 20)

/* Exports that are made of groups (rule and host) and of the values that they name
 * (STIX, MISP): what the programs that read them take without choking. Powers of two.
 * Highest level and rarest groups come first. Memory: the values' text, at most
 * FB_ENTITY_VALUE_MAX each, and the summaries. */
#define FB_EXPORT_GROUPS 4096
#define FB_EXPORT_VALUES 32768
#define FB_EXPORT_GROUP_VALUES 256
#define FB_EXPORT_MEMORY (64u << 20)

/* Signatures of a case: far more than people who answer for it; each is a dozen lines. */
#define FB_SIGNATURES_MAX 256
#define FB_SIGNATURE_FILE 4096
#define FB_SIGNER_MAX 200

#endif
