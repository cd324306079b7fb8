#!/usr/bin/env python3
"""Thirty odd records of the corpora, read by hand from their bytes.

  evtx_odd.py EVTX_DUMP [CORPORA]

Each entry names a record by file and place, says what is odd about it, and lists
values with the bytes of the file that hold them, found in a hex dump with nothing
but the format's description. Both are checked: that those bytes are that value (by
the few lines below, which share nothing with the decoder), and that the decoder has
that value in the field. Skipped (status 77) without corpora.
"""
import datetime
import json
import os
import pathlib
import struct
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
CORPORA = pathlib.Path(os.environ.get("FIREBREAK_CORPORA", ROOT / "../shared/corpora"))
MITRE = "evtx/attack/EVTX-to-MITRE-Attack/"
MANY = "evtx/attack/DeepBlueCLI/many-events-application.evtx"
RECOVERED, DAMAGED = 1, 2
ABSENT = object()


def whole(fmt):
    return lambda b: str(struct.unpack("<" + fmt, b)[0])


def hexadecimal(b):
    return "0x%x" % int.from_bytes(b, "little")


def text(b):
    """UTF-16; what stands behind a NUL at its end is not part of it."""
    return b.decode("utf-16-le").rstrip("\0")


def texts(b):
    """An array: each ends in a NUL."""
    return [t for t in b.decode("utf-16-le").split("\0")][:-1]


def sid(b):
    n = b[1]
    return "-".join(["S", str(b[0]), str(int.from_bytes(b[2:8], "big"))] +
                    [str(v) for v in struct.unpack("<%dI" % n, b[8:8 + 4 * n])])


def guid(b):
    a, c, d = struct.unpack("<IHH", b[:8])
    return "{%08X-%04X-%04X-%s-%s}" % (a, c, d, b[8:10].hex().upper(), b[10:].hex().upper())


def filetime(b):
    n = int.from_bytes(b, "little")
    day = datetime.datetime(1601, 1, 1) + datetime.timedelta(seconds=n // 10**7)
    return "%s.%07dZ" % (day.strftime("%Y-%m-%dT%H:%M:%S"), n % 10**7)


def systemtime(b):
    y, mo, _, d, h, mi, s, ms = struct.unpack("<8H", b)
    return "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ" % (y, mo, d, h, mi, s, ms)


HOW = {
    "u8": whole("B"), "i16": whole("h"), "u16": whole("H"), "i32": whole("i"), "u32": whole("I"),
    "i64": whole("q"), "u64": whole("Q"), "hex": hexadecimal, "text": text, "texts": texts,
    "ansi": lambda b: b.decode("ascii").rstrip("\0"), "sid": sid, "guid": guid, "filetime": filetime,
    "systemtime": systemtime, "bytes": lambda b: b.hex().upper(),
    "bool": lambda b: "true" if any(b) else "false",
    "f64": lambda b: "%.17g" % struct.unpack("<d", b)[0],
}

# (file, place, number, flags, what is odd, [(field, first byte, bytes, how, value)])
RECORDS = [
    # --- arrays ---
    (MANY, 9408, 5, 0, "an array of one text that has line feeds", [
        ("EventRecordID", 9562, 8, "u64", "5"),
        ("EventID_Qualifiers", 9536, 2, "u16", "16384"),
        ("Execution_ThreadID", 9558, 4, "u32", "0")]),
    (MANY, 294304, 521, 0, "an array of twelve texts", [
        ("EventID", 294430, 2, "u16", "609"),
        ("Data", 294497, 228, "texts", ["Windows", "720", "Windows: ",
         "C:\\ProgramData\\Microsoft\\Search\\Data\\Applications\\Windows\\Windows.edb",
         "6", "1", "7600", "0", "6", "1", "7601", "1"])]),
    (MANY, 956336, 1590, 0, "an array of thirteen texts; its template stands in the record", [
        ("EventID", 956919, 2, "u16", "1000"),
        ("Level", 956915, 1, "u8", "2")]),
    (MANY, 7456, 3, 0, "an array and a binary value without any byte", [
        ("EventRecordID", 8371, 8, "u64", "3"),
        ("Data", 8508, 0, None, ABSENT),
        ("Binary", 8512, 0, None, ABSENT)]),
    (MANY, 37816, 70, 0, "an array whose last text is empty, and bytes behind it", [
        ("Data", 38470, 72, "texts", ["C:\\Windows\\system32\\oobe\\setup.exe", ""]),
        ("Binary", 38546, 36, "bytes",
         "00000000890000008300000000000000438625230700000000000000000000000000" + "0000")]),
    ("evtx/decode/2-vss_7-System.evtx", 39648, 68, 0, "an array that begins with empty texts", [
        ("Data", 39841, 72, "texts", ["", "", "", "", "13", "60", "480 Pacific Standard Time"])]),
    ("evtx/decode/sample-with-zero-data-size-event.evtx", 5888, 2, 0,
     "an array with an empty text in its middle", [
        ("Data", 6081, 80, "texts", ["10.00.", "10240", "", "Multiprocessor Free", "16384"]),
        ("Binary", 6165, 0, None, ABSENT)]),
    # --- types ---
    (MITRE + "TA0003-Persistence/T1574-Hijack Execution Flow/ID770-Success DLL loaded by DNS server.evtx",
     6184, 11684, 0, "text in the machine's code page; the file's record 2 is the channel's 11684", [
        ("EventRecordID", 6328, 8, "u64", "11684"),
        ("param1", 6696, 76, "text", "C:\\TOOLS\\Mimikatz-fev-2020\\mimilib.dll"),
        ("param2", 6772, 18, "ansi", "rootdc1.offsec.lan"),
        ("Security_UserID", 6337, 12, "sid", "S-1-5-18")]),
    ("evtx/attack/YamatoSecurity/Persistence/T1197_BitsClient.evtx", 11008, 17, 0,
     "a double; the record's own time is zero", [
        ("number", 11451, 8, "f64", "3199.2339999999999"),
        ("TimeCreated_SystemTime", 11136, 8, "filetime", "2021-06-13T06:19:28.3511197Z"),
        ("Correlation_ActivityID", 11144, 16, "guid", "{9E13646C-6014-0001-5C6E-139E1460D701}")]),
    (MITRE + "TA0004-Privilege Escalation/T1574-DLL side-loading/"
     "ID354-808-Mimispool printer installation (PrintNightmare).evtx", 11976, 12, 0,
     "user data with a 16-bit and a hexadecimal value", [
        ("PluginDllName", 12745, 104, "text", "C:\\Windows\\system32\\spool\\DRIVERS\\x64\\3mimispool.dll"),
        ("ErrorCode", 12849, 4, "hex", "0x7e"),
        ("Context", 12853, 2, "i16", "110")]),
    ("evtx/decode/system.evtx", 143904, 219, 0,
     "a 64-bit number with sign; two bytes stand behind a value of no type, which is no value", [
        ("TimeOffsetSeconds", 144362, 8, "i64", "35999"),
        ("EventID_Qualifiers", 144024, 2, None, ABSENT),
        ("Correlation_ActivityID", 144042, 16, None, ABSENT),
        ("Security_UserID", 144075, 12, "sid", "S-1-5-19")]),
    ("evtx/decode/2-system-Microsoft-Windows-LiveId%4Operational.evtx", 9944, 2057, 0,
     "dates as calendars, texts that end in NUL, truths of four bytes", [
        ("ResourceURI", 10825, 18, "ansi", "ads.arcct.msn.com"),
        ("Created", 10843, 16, "systemtime", "2019-03-08T23:23:05.000Z"),
        ("Expires", 10859, 16, "systemtime", "2019-03-09T23:23:05.000Z"),
        ("TokenType", 10875, 21, "ansi", "urn:passport:compact"),
        ("AuthRequired", 10896, 4, "i32", "0"),
        ("HasFlowUrl", 10904, 4, "bool", "false")]),
    ("evtx/decode/sample-with-irregular-bool-values.evtx", 66160, 141, 0, "a truth that is 16", [
        ("IsMachine", 66521, 4, "bool", "true")]),
    ("evtx/decode/sample-with-irregular-bool-values.evtx", 66920, 143, 0, "a truth that is 8", [
        ("IsAsyncProcessing", 67387, 4, "bool", "true")]),
    ("evtx/decode/sample-with-irregular-bool-values.evtx", 68888, 148, 0,
     "a truth whose lowest byte is zero", [
        ("IsBackgroundProcessing", 69269, 4, "bool", "true")]),
    ("evtx/decode/security.evtx", 1675280, 2242, 0,
     "size_t (the template says 0x10, the value 0x15), two times, texts that end in NUL", [
        ("PreviousTime", 1675673, 8, "filetime", "2017-04-14T01:19:46.4740280Z"),
        ("NewTime", 1675681, 8, "filetime", "2017-04-14T01:19:46.3320000Z"),
        ("ProcessId", 1675689, 8, "hex", "0x60c"),
        ("SubjectUserName", 1675611, 34, "text", "WIN-03DLIIOFRRA$"),
        ("ProcessName", 1675697, 100, "text", "C:\\Program Files\\VMware\\VMware Tools\\vmtoolsd.exe")]),
    ("evtx/decode/security.evtx", 1687440, 2260, 0, "blanks at the end of a text are part of it", [
        ("LogonProcessName", 1687923, 16, "text", "Advapi  "),
        ("LogonGuid", 1687957, 16, "guid", "{00000000-0000-0000-0000-000000000000}"),
        ("LogonType", 1687919, 4, "u32", "5"),
        ("ProcessId", 1687981, 8, "hex", "0x204")]),
    ("evtx/decode/new-user-security.evtx", 4608, 111, 0,
     "the record is the file's first and the channel's 111th", [
        ("EventRecordID", 5934, 8, "u64", "111"),
        ("MemberSid", 6755, 28, "sid", "S-1-5-21-3463664321-2923530833-3546627382-1000"),
        ("TargetSid", 6805, 28, "sid", "S-1-5-21-3463664321-2923530833-3546627382-513"),
        ("SubjectLogonId", 6895, 8, "hex", "0x3e7")]),
    ("evtx/attack/DeepBlueCLI/disablestop-eventlog.evtx", 7992, 9254, 0, "bytes that are text to a reader", [
        ("param1", 8400, 52, "text", "Network Location Awareness"),
        ("param3", 8486, 12, "text", "%%1058"),
        ("Binary", 8502, 14, "bytes", "4E006C0061005300760063000000")]),
    # --- BinXML ---
    ("evtx/decode/E_Windows_system32_winevt_logs_Microsoft-Windows-CAPI2%4Operational.evtx", 54776, 25, 0,
     "user data as plain elements, without a template and without dependency numbers", [
        ("URL", 55078, 126, "text", "http://crl.microsoft.com/pki/crl/products/microsoftrootcert.crl"),
        ("URL_scheme", 55065, 8, "text", "http"),
        ("Object_constant", 55266, 2, "text", "2"),
        ("URLCacheResponseInfo_maxAge", 56311, 6, "text", "900"),
        ("Result_value", 56788, 2, "text", "0")]),
    ("evtx/decode/E_Windows_system32_winevt_logs_Microsoft-Windows-Shell-Core%4Operational.evtx", 85720,
     161, 0, "two templates in one value: event data, and the text that was rendered where it came from", [
        ("SelectionData", 86248, 90, "text", "Region Codes:US \nSKUs:6 \nGroup Cell Width:6\n"),
        ("RenderingInfo_Culture", 86460, 6, "text", "zxx"),
        ("Security_UserID", 85891, 28, "sid", "S-1-5-21-2967420476-1305424719-3994513216-500")]),
    ("evtx/decode/MSExchange_Management_wec.evtx", 4608, 3229, 0,
     "forwarded: every value is text, also of EventID and time", [
        ("Provider_Name", 4903, 42, "text", "MSExchange CmdletLogs"),
        ("EventID_Qualifiers", 5022, 10, "text", "16384"),
        ("TimeCreated_SystemTime", 5269, 60, "text", "2021-11-19T16:52:33.833733500Z"),
        ("EventRecordID", 5380, 8, "text", "3229"),
        ("Data", 5991, 86, "text", "S-1-5-21-186559946-3925841745-111227986-500"),
        ("Data", 7360, 10, "text", "fr-FR")]),
    (MITRE + "TA0003-Persistence/T1505-Server Software Component/"
     "ID6-Failed to install an Exchange transport agent.evtx", 4608, 7184, 0, "an array of 27 texts of 2,854 bytes", [
        ("EventID", 5665, 2, "u16", "6"),
        ("EventID_Qualifiers", 5667, 2, "u16", "49152")]),
    ("evtx/decode/security_bad_string_cache.evtx", 4608, 1, 0,
     "the chunk's table of names is broken; the names stand in the record", [
        ("EventID", 5920, 2, "u16", "4608"),
        ("Provider_Guid", 6043, 16, "guid", "{54849625-5478-4994-A5BA-3E3B0328C30D}"),
        ("Channel", 6059, 16, "text", "Security")]),
    ("evtx/decode/Application_no_crc32.evtx", 4608, 426, 0, "the chunk says that it has no checksums", [
        ("EventRecordID", 5983, 8, "u64", "426"),
        ("TimeCreated_SystemTime", 5967, 8, "filetime", "2021-03-31T23:51:45.0187674Z")]),
    # --- damage ---
    ("evtx/decode/Microsoft-Windows-HelloForBusiness%4Operational.evtx", 8080, 6, DAMAGED,
     "all values are zero: the record was sized and never written, its size at the end neither", [
        ("EventID", 8198, 2, "u16", "0"),
        ("Execution_ProcessID", 8234, 4, "u32", "0"),
        ("Provider_Guid", 8331, 16, "guid", "{00000000-0000-0000-0000-000000000000}")]),
    ("evtx/decode/Microsoft-Windows-LanguagePackSetup%4Operational.evtx", 12024, 17, DAMAGED,
     "half written: the provider is there, half of its GUID, nothing of the channel", [
        ("EventID", 12142, 2, "u16", "4000"),
        ("Provider_Name", 12207, 70, "text", "Microsoft-Windows-LanguagePackSetup"),
        ("Provider_Guid", 12277, 16, "guid", "{7237FFF9-A08A-4804-9C79-4A0000000000}"),
        ("Security_UserID", 12195, 12, "sid", "S-1-5-18")]),
    ("evtx/decode/sample-with-zero-data-size-event.evtx", 6176, 3, DAMAGED,
     "the record's size is zero, and still its values are there", [
        ("EventRecordID", 6330, 8, "u64", "3"),
        ("EventID", 6302, 2, "u16", "6005")]),
    ("evtx/attack/DeepBlueCLI/mimikatz-privesc-hashdump.evtx", 14760, 8735, RECOVERED,
     "behind the chunk's last record: left there by an earlier chunk, whose names are gone", [
        ("EventID", 14878, 2, "u16", "4673"),
        ("TimeCreated_SystemTime", 14890, 8, "filetime", "2019-04-30T11:19:08.1391937Z")]),
    ("evtx/decode/2-vss_0-Microsoft-Windows-RemoteDesktopServices-RdpCoreTS%4Operational.evtx", 53360,
     6952124, RECOVERED, "recovered; the definition of its template lies in another chunk's place", [
        ("Execution_ProcessID", 53514, 4, "u32", "332"),
        ("Correlation_ActivityID", 53498, 16, "guid", "{F4209020-F69F-4297-BC61-C72E8C600000}"),
        ("Provider_Name", 53543, 98, "text", "Microsoft-Windows-RemoteDesktopServices-RdpCoreTS")]),
]


def record_at(dump, path, place):
    out = subprocess.run([dump, path], stdout=subprocess.PIPE, check=True).stdout.decode("utf-8")
    for line in out.split("\n"):
        if '"offset":%d,' % place in line:
            o = json.loads(line)
            if o.get("offset") == place:
                return o
    return None


def has(record, name, value):
    """Does the decoder say that?"""
    for field in record["fields"]:
        if field[0] != name:
            continue
        got = field[3] if field[1] == "array" else field[2]
        if value is ABSENT:
            if field[1] != "null" and got not in ("", []):
                return False
        elif got == value:
            return True
    return value is ABSENT


def check(dump, entry):
    """What is wrong about one record, as texts."""
    file, place, number, flags, _, values = entry
    path = CORPORA / file
    data = path.read_bytes()
    record = record_at(dump, path, place)
    if data[place:place + 4] != b"**\0\0":
        yield "no record begins there"
    if not record:
        yield "the decoder has no record there"
        return
    if record["record"] != number:
        yield "number %s, want %s" % (record["record"], number)
    if record["flags"] != flags:
        yield "flags %s, want %s" % (record["flags"], flags)
    for name, at, n, how, value in values:
        if how and HOW[how](data[at:at + n]) != value:
            yield "%s: the bytes are %r, not %r" % (name, HOW[how](data[at:at + n]), value)
        if not has(record, name, value):
            yield "%s: not %r: %r" % (name, value, [f for f in record["fields"] if f[0] == name])


def main():
    global CORPORA
    if len(sys.argv) > 2:
        CORPORA = pathlib.Path(sys.argv[2])
    if not (CORPORA / "evtx").is_dir():
        print("skipped: no corpora")
        print("0 passed, 0 failed, 1 skipped")
        return 77
    failed = 0
    for entry in RECORDS:
        wrong = list(check(sys.argv[1], entry))
        failed += bool(wrong)
        for what in wrong:
            print("%s record %d (%s): %s" % (entry[0], entry[2], entry[4], what))
    print("%d passed, %d failed, 0 skipped" % (len(RECORDS) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
