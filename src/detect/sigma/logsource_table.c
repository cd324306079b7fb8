/* The one mapping from Sigma's log sources to evidence, as data. Sources: the
 * taxonomy appendix of the Sigma specification, Microsoft's documentation of the
 * Security log and of Sysmon. docs/formats/logsources.md explains each choice. */
#include "detect/sigma/logsource.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define IDS(...) ((const uint32_t[]){ __VA_ARGS__, 0 })
#define COUNT(a) (sizeof(a) / sizeof *(a))

#define SYSMON LIST("Microsoft-Windows-Sysmon/Operational")
#define SECURITY LIST("Security")
#define POWERSHELL \
	LIST("Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational")
#define POWERSHELL_CLASSIC LIST("Windows PowerShell")
#define DEFENDER LIST("Microsoft-Windows-Windows Defender/Operational")

/* Sysmon writes the hashes of a file as one list; the taxonomy knows them by name. */
static const struct sg_rename hashes[] = {
	{ "md5", { "Hashes" }, NULL, NULL, "MD5=", { NULL } },
	{ "sha1", { "Hashes" }, NULL, NULL, "SHA1=", { NULL } },
	{ "sha256", { "Hashes" }, NULL, NULL, "SHA256=", { NULL } },
	{ "imphash", { "Hashes" }, NULL, NULL, "IMPHASH=", { NULL } },
	{ 0 },
};

/* Security 4688: the new process is the subject's child. */
static const struct sg_rename security_4688[] = {
	{ "Image", { "NewProcessName" }, NULL, NULL, NULL, { NULL } },
	{ "ParentImage", { "ParentProcessName" }, NULL, NULL, NULL, { NULL } },
	{ "ProcessId", { "NewProcessId" }, NULL, NULL, NULL, { NULL } },
	{ "ParentProcessId", { "ProcessId" }, NULL, NULL, NULL, { NULL } },
	{ "LogonId", { "SubjectLogonId" }, NULL, NULL, NULL, { NULL } },
	{ "IntegrityLevel", { "MandatoryLabel" }, NULL, NULL, NULL, { NULL } },
	{ "User", { "SubjectDomainName", "SubjectUserName" }, "\\", NULL, NULL, { NULL } },
	{ 0 },
};
static const struct sg_rename security_4689[] = {
	{ "Image", { "ProcessName" }, NULL, NULL, NULL, { NULL } },
	{ "LogonId", { "SubjectLogonId" }, NULL, NULL, NULL, { NULL } },
	{ "User", { "SubjectDomainName", "SubjectUserName" }, "\\", NULL, NULL, { NULL } },
	{ 0 },
};
/* Security 4657: the kernel's names of the hives, Sysmon's are shorter. */
static const char *const hives[] = {
	"\\REGISTRY\\MACHINE", "HKLM",
	"\\REGISTRY\\USER", "HKU",
	NULL,
};
static const char *const operations_4657[] = {
	"%%1904", "SetValue", /* a new value */
	"%%1905", "SetValue",
	"%%1906", "DeleteValue",
	NULL,
};
static const struct sg_rename security_4657[] = {
	{ "TargetObject", { "ObjectName", "ObjectValueName" }, "\\", hives, NULL, { NULL } },
	{ "Details", { "NewValue" }, NULL, NULL, NULL, { NULL } },
	{ "Image", { "ProcessName" }, NULL, NULL, NULL, { NULL } },
	{ "EventType", { "OperationType" }, NULL, operations_4657, NULL, { NULL } },
	{ "User", { "SubjectDomainName", "SubjectUserName" }, "\\", NULL, NULL, { NULL } },
	{ 0 },
};
/* Security 5156: the filtering platform allowed a connection. */
static const char *const directions[] = {
	"%%14592", "false", /* inbound */
	"%%14593", "true",  /* outbound */
	NULL,
};
static const char *const protocols[] = { "6", "tcp", "17", "udp", NULL };
static const struct sg_rename security_5156[] = {
	{ "Image", { "Application" }, NULL, NULL, NULL, { NULL } },
	{ "Initiated", { "Direction" }, NULL, directions, NULL, { NULL } },
	{ "Protocol", { "Protocol" }, NULL, protocols, NULL, { NULL } },
	{ "SourceIp", { "SourceAddress" }, NULL, NULL, NULL, { NULL } },
	{ "DestinationIp", { "DestAddress" }, NULL, NULL, NULL, { NULL } },
	{ "DestinationPort", { "DestPort" }, NULL, NULL, NULL, { NULL } },
	{ 0 },
};
static const struct sg_rename defender[] = {
	{ "Signature", { "ThreatName" }, NULL, NULL, NULL, { NULL } },
	{ "Filename", { "Path" }, NULL, NULL, NULL, { NULL } },
	{ "Action", { "ActionName" }, NULL, NULL, NULL, { NULL } },
	{ "User", { "DetectionUser" }, NULL, NULL, NULL, { NULL } },
	{ 0 },
};

/* Rules for web servers come with the spellings of many products. Rules that ask
 * cs-uri-query for paths were written for sources that log the request in one
 * piece, so the request as a whole answers to it too. */
#define URI_QUERY { "cs-uri-query", "c-uri" }, NULL, NULL, NULL, { "cs-uri-query-decoded", "c-uri-decoded" }
#define URI { "c-uri" }, NULL, NULL, NULL, { "c-uri-decoded" }
#define URI_STEM { "cs-uri-stem" }, NULL, NULL, NULL, { "cs-uri-stem-decoded" }
#define REFERER { "cs-referer" }, NULL, NULL, NULL, { "cs-referer-decoded" }
#define AGENT { "cs-user-agent" }, NULL, NULL, NULL, { "cs-user-agent-decoded" }
#define ONLY(name) { name }, NULL, NULL, NULL, { NULL }
static const struct sg_rename web[] = {
	{ "cs-uri-query", URI_QUERY },
	{ "c-uri-query", URI_QUERY },
	{ "uri_query", URI_QUERY },
	{ "c-uri", URI },
	{ "cs-uri", URI },
	{ "uri", URI },
	{ "url", URI },
	{ "cs-uri-stem", URI_STEM },
	{ "c-uri-stem", URI_STEM },
	{ "cs-uri-path", URI_STEM },
	{ "uri_path", URI_STEM },
	{ "c-uri-extension", ONLY("cs-uri-extension") },
	{ "cs-user-agent", AGENT },
	{ "c-useragent", AGENT },
	{ "cs-useragent", AGENT },
	{ "cs(User-Agent)", AGENT },
	{ "useragent", AGENT },
	{ "user_agent", AGENT },
	{ "cs-referer", REFERER },
	{ "cs-referrer", REFERER },
	{ "cs(Referer)", REFERER },
	{ "referer", REFERER },
	{ "referrer", REFERER },
	{ "cs(Cookie)", ONLY("cs-cookie") },
	{ "cs(Host)", ONLY("cs-host") },
	{ "r-dns", ONLY("cs-host") },
	{ "method", ONLY("cs-method") },
	{ "http_method", ONLY("cs-method") },
	{ "status", ONLY("sc-status") },
	{ "status_code", ONLY("sc-status") },
	{ "c-win32-status", ONLY("sc-win32-status") },
	{ "src_ip", ONLY("c-ip") },
	{ "clientip", ONLY("c-ip") },
	{ "ClientIP", ONLY("c-ip") },
	{ "dst_ip", { "s-ip", "r-ip" }, NULL, NULL, NULL, { NULL } },
	{ "dst_port", ONLY("s-port") },
	{ "username", ONLY("cs-username") },
	{ 0 },
};
static const struct sg_binding web_log[] = {
	{ .renames = web },
};

#define ONE(name, ...) \
	static const struct sg_binding name[] = { __VA_ARGS__ }

ONE(process_creation,
    { .channels = SYSMON, .event_ids = IDS(1), .renames = hashes },
    { .channels = SECURITY, .event_ids = IDS(4688), .renames = security_4688 });
ONE(process_termination,
    { .channels = SYSMON, .event_ids = IDS(5) },
    { .channels = SECURITY, .event_ids = IDS(4689), .renames = security_4689 });
ONE(file_change, { .channels = SYSMON, .event_ids = IDS(2) });
ONE(network_connection,
    { .channels = SYSMON, .event_ids = IDS(3) },
    { .channels = SECURITY, .event_ids = IDS(5156), .renames = security_5156 });
ONE(sysmon_status, { .channels = SYSMON, .event_ids = IDS(4, 16) });
ONE(sysmon_error, { .channels = SYSMON, .event_ids = IDS(255) });
ONE(driver_load, { .channels = SYSMON, .event_ids = IDS(6), .renames = hashes });
ONE(image_load, { .channels = SYSMON, .event_ids = IDS(7), .renames = hashes });
ONE(create_remote_thread, { .channels = SYSMON, .event_ids = IDS(8) });
ONE(raw_access_thread, { .channels = SYSMON, .event_ids = IDS(9) });
ONE(process_access, { .channels = SYSMON, .event_ids = IDS(10) });
ONE(file_event, { .channels = SYSMON, .event_ids = IDS(11) });
ONE(registry_add,
    { .channels = SYSMON, .event_ids = IDS(12), .cond_field = "EventType",
      .cond_values = LIST("CreateKey") });
ONE(registry_delete,
    { .channels = SYSMON, .event_ids = IDS(12), .cond_field = "EventType",
      .cond_values = LIST("DeleteKey", "DeleteValue") },
    { .channels = SECURITY, .event_ids = IDS(4657), .cond_field = "OperationType",
      .cond_values = LIST("%%1906"), .renames = security_4657 });
ONE(registry_set,
    { .channels = SYSMON, .event_ids = IDS(13) },
    { .channels = SECURITY, .event_ids = IDS(4657), .cond_field = "OperationType",
      .cond_values = LIST("%%1904", "%%1905"), .renames = security_4657 });
ONE(registry_rename, { .channels = SYSMON, .event_ids = IDS(14) });
ONE(registry_event,
    { .channels = SYSMON, .event_ids = IDS(12, 13, 14) },
    { .channels = SECURITY, .event_ids = IDS(4657), .renames = security_4657 });
ONE(create_stream_hash, { .channels = SYSMON, .event_ids = IDS(15) });
ONE(pipe_created, { .channels = SYSMON, .event_ids = IDS(17, 18) });
ONE(wmi_event, { .channels = SYSMON, .event_ids = IDS(19, 20, 21) });
ONE(dns_query, { .channels = SYSMON, .event_ids = IDS(22) });
ONE(file_delete, { .channels = SYSMON, .event_ids = IDS(23, 26), .renames = hashes });
ONE(clipboard_capture, { .channels = SYSMON, .event_ids = IDS(24), .renames = hashes });
ONE(process_tampering, { .channels = SYSMON, .event_ids = IDS(25) });
ONE(file_delete_detected, { .channels = SYSMON, .event_ids = IDS(26), .renames = hashes });
ONE(file_block_executable, { .channels = SYSMON, .event_ids = IDS(27), .renames = hashes });
ONE(file_block_shredding, { .channels = SYSMON, .event_ids = IDS(28), .renames = hashes });
ONE(file_executable_detected, { .channels = SYSMON, .event_ids = IDS(29), .renames = hashes });
ONE(kernel_file, { .provider = "Microsoft-Windows-Kernel-File" });
ONE(ps_module, { .channels = POWERSHELL, .event_ids = IDS(4103) });
ONE(ps_script, { .channels = POWERSHELL, .event_ids = IDS(4104) });
ONE(ps_classic_start, { .channels = POWERSHELL_CLASSIC, .event_ids = IDS(400) });
ONE(ps_classic_provider_start, { .channels = POWERSHELL_CLASSIC, .event_ids = IDS(600) });
ONE(ps_classic_script, { .channels = POWERSHELL_CLASSIC, .event_ids = IDS(800) });
/* Defender's events that name a threat or a path. */
ONE(antivirus,
    { .channels = DEFENDER,
      .event_ids = IDS(1006, 1007, 1008, 1009, 1010, 1011, 1012, 1015, 1017, 1018, 1019, 1115,
		       1116, 1117, 1118, 1119),
      .renames = defender });
ONE(rpc_firewall, { .channels = LIST("RPCFW", "RPCFWP") });

/* Zeek: a service is a kind of its logs, which each record names. */
#define ZEEK_LOG(name, path) \
	ONE(name, { .cond_field = "_path", .cond_values = LIST(path) })
ZEEK_LOG(zeek_conn, "conn");
ZEEK_LOG(zeek_dns, "dns");
/* Some rules call a request's parts as the taxonomy does for proxies. */
static const struct sg_rename zeek_http_names[] = {
	{ "c-uri", ONLY("uri") },
	{ "c-useragent", ONLY("user_agent") },
	{ "cs-method", ONLY("method") },
	{ "cs-host", ONLY("host") },
	{ 0 },
};
ONE(zeek_http, { .cond_field = "_path", .cond_values = LIST("http"), .renames = zeek_http_names });
ZEEK_LOG(zeek_ssl, "ssl");
ZEEK_LOG(zeek_x509, "x509");
ZEEK_LOG(zeek_files, "files");
ZEEK_LOG(zeek_smb_files, "smb_files");
ZEEK_LOG(zeek_smb_mapping, "smb_mapping");
ZEEK_LOG(zeek_smb_cmd, "smb_cmd");
ZEEK_LOG(zeek_dce_rpc, "dce_rpc");
ZEEK_LOG(zeek_kerberos, "kerberos");
ZEEK_LOG(zeek_ntlm, "ntlm");
ZEEK_LOG(zeek_rdp, "rdp");
ZEEK_LOG(zeek_ssh, "ssh");
ZEEK_LOG(zeek_ftp, "ftp");
ZEEK_LOG(zeek_smtp, "smtp");
ZEEK_LOG(zeek_dhcp, "dhcp");
ZEEK_LOG(zeek_snmp, "snmp");
ZEEK_LOG(zeek_ntp, "ntp");
ZEEK_LOG(zeek_sip, "sip");
ZEEK_LOG(zeek_irc, "irc");
ZEEK_LOG(zeek_socks, "socks");
ZEEK_LOG(zeek_tunnel, "tunnel");
ZEEK_LOG(zeek_weird, "weird");
ZEEK_LOG(zeek_notice, "notice");
ZEEK_LOG(zeek_pe, "pe");
ZEEK_LOG(zeek_software, "software");
ZEEK_LOG(zeek_syslog, "syslog");
ZEEK_LOG(zeek_ldap, "ldap");
ZEEK_LOG(zeek_ldap_search, "ldap_search");
ZEEK_LOG(zeek_radius, "radius");
ZEEK_LOG(zeek_mysql, "mysql");
ZEEK_LOG(zeek_rfb, "rfb");
ZEEK_LOG(zeek_modbus, "modbus");
ZEEK_LOG(zeek_dnp3, "dnp3");
ZEEK_LOG(zeek_ocsp, "ocsp");
ZEEK_LOG(zeek_known_hosts, "known_hosts");
ZEEK_LOG(zeek_known_services, "known_services");
ZEEK_LOG(zeek_known_certs, "known_certs");
ZEEK_LOG(zeek_intel, "intel");
ZEEK_LOG(zeek_dpd, "dpd");
ZEEK_LOG(zeek_analyzer, "analyzer");
static const struct sg_binding zeek_any[] = { { .renames = NULL } };

#define WINDOWS(name, b) \
	{ "windows", name, NULL, FB_LANE_EVTX, b, COUNT(b) }
#define WEB(product, category, service) \
	{ product, category, service, FB_LANE_WEB, web_log, COUNT(web_log) }
#define PROXY(product, category, service) \
	{ product, category, service, FB_LANE_PROXY, web_log, COUNT(web_log) }

#define ZEEK(service, b) \
	{ "zeek", NULL, service, FB_LANE_NETWORK, b, COUNT(b) }

const struct sg_category sg_categories[] = {
	WINDOWS("process_creation", process_creation),
	WINDOWS("process_termination", process_termination),
	WINDOWS("file_change", file_change),
	WINDOWS("network_connection", network_connection),
	WINDOWS("sysmon_status", sysmon_status),
	WINDOWS("sysmon_error", sysmon_error),
	WINDOWS("driver_load", driver_load),
	WINDOWS("image_load", image_load),
	WINDOWS("create_remote_thread", create_remote_thread),
	WINDOWS("raw_access_thread", raw_access_thread),
	WINDOWS("raw_access_read", raw_access_thread),
	WINDOWS("process_access", process_access),
	WINDOWS("file_event", file_event),
	WINDOWS("file_creation", file_event),
	WINDOWS("registry_add", registry_add),
	WINDOWS("registry_delete", registry_delete),
	WINDOWS("registry_set", registry_set),
	WINDOWS("registry_rename", registry_rename),
	WINDOWS("registry_event", registry_event),
	WINDOWS("create_stream_hash", create_stream_hash),
	WINDOWS("pipe_created", pipe_created),
	WINDOWS("wmi_event", wmi_event),
	WINDOWS("dns_query", dns_query),
	WINDOWS("file_delete", file_delete),
	WINDOWS("clipboard_capture", clipboard_capture),
	WINDOWS("clipboard_change", clipboard_capture),
	WINDOWS("process_tampering", process_tampering),
	WINDOWS("file_delete_detected", file_delete_detected),
	WINDOWS("file_block_executable", file_block_executable),
	WINDOWS("file_block", file_block_executable),
	WINDOWS("file_block_shredding", file_block_shredding),
	WINDOWS("file_executable_detected", file_executable_detected),
	WINDOWS("file_access", kernel_file),
	WINDOWS("file_rename", kernel_file),
	WINDOWS("ps_module", ps_module),
	WINDOWS("ps_script", ps_script),
	WINDOWS("ps_classic_start", ps_classic_start),
	WINDOWS("ps_classic_provider_start", ps_classic_provider_start),
	WINDOWS("ps_classic_script", ps_classic_script),
	WINDOWS("antivirus", antivirus),
	{ "rpc_firewall", "application", NULL, FB_LANE_EVTX, rpc_firewall, COUNT(rpc_firewall) },
	WEB(NULL, "webserver", NULL),
	WEB("apache", NULL, "access"),
	WEB("nginx", NULL, "access"),
	WEB("iis", NULL, NULL),
	WEB("windows", NULL, "iis"),
	PROXY(NULL, "proxy", NULL),
	ZEEK("conn", zeek_conn),
	ZEEK("dns", zeek_dns),
	ZEEK("http", zeek_http),
	ZEEK("ssl", zeek_ssl),
	ZEEK("x509", zeek_x509),
	ZEEK("files", zeek_files),
	ZEEK("smb_files", zeek_smb_files),
	ZEEK("smb_mapping", zeek_smb_mapping),
	ZEEK("smb_cmd", zeek_smb_cmd),
	ZEEK("dce_rpc", zeek_dce_rpc),
	ZEEK("kerberos", zeek_kerberos),
	ZEEK("ntlm", zeek_ntlm),
	ZEEK("rdp", zeek_rdp),
	ZEEK("ssh", zeek_ssh),
	ZEEK("ftp", zeek_ftp),
	ZEEK("smtp", zeek_smtp),
	ZEEK("dhcp", zeek_dhcp),
	ZEEK("snmp", zeek_snmp),
	ZEEK("ntp", zeek_ntp),
	ZEEK("sip", zeek_sip),
	ZEEK("irc", zeek_irc),
	ZEEK("socks", zeek_socks),
	ZEEK("tunnel", zeek_tunnel),
	ZEEK("weird", zeek_weird),
	ZEEK("notice", zeek_notice),
	ZEEK("pe", zeek_pe),
	ZEEK("software", zeek_software),
	ZEEK("syslog", zeek_syslog),
	ZEEK("ldap", zeek_ldap),
	ZEEK("ldap_search", zeek_ldap_search),
	ZEEK("radius", zeek_radius),
	ZEEK("mysql", zeek_mysql),
	ZEEK("rfb", zeek_rfb),
	ZEEK("modbus", zeek_modbus),
	ZEEK("dnp3", zeek_dnp3),
	ZEEK("ocsp", zeek_ocsp),
	ZEEK("known_hosts", zeek_known_hosts),
	ZEEK("known_services", zeek_known_services),
	ZEEK("known_certs", zeek_known_certs),
	ZEEK("intel", zeek_intel),
	ZEEK("dpd", zeek_dpd),
	ZEEK("analyzer", zeek_analyzer),
	{ "zeek", NULL, NULL, FB_LANE_NETWORK, zeek_any, COUNT(zeek_any) },
};
const unsigned sg_ncategories = COUNT(sg_categories);

#define SERVICE(name, ...) { "windows", name, LIST(__VA_ARGS__) }

const struct sg_service sg_services[] = {
	SERVICE("application", "Application"),
	SERVICE("application-experience",
		"Microsoft-Windows-Application-Experience/Program-Telemetry",
		"Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant"),
	SERVICE("applocker", "Microsoft-Windows-AppLocker/MSI and Script",
		"Microsoft-Windows-AppLocker/EXE and DLL",
		"Microsoft-Windows-AppLocker/Packaged app-Deployment",
		"Microsoft-Windows-AppLocker/Packaged app-Execution"),
	SERVICE("appmodel-runtime", "Microsoft-Windows-AppModel-Runtime/Admin"),
	SERVICE("appxdeployment-server", "Microsoft-Windows-AppXDeploymentServer/Operational"),
	SERVICE("appxpackaging-om", "Microsoft-Windows-AppxPackaging/Operational"),
	SERVICE("bitlocker", "Microsoft-Windows-BitLocker/BitLocker Management"),
	SERVICE("bits-client", "Microsoft-Windows-Bits-Client/Operational"),
	SERVICE("capi2", "Microsoft-Windows-CAPI2/Operational"),
	SERVICE("certificateservicesclient-lifecycle-system",
		"Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"),
	SERVICE("codeintegrity-operational", "Microsoft-Windows-CodeIntegrity/Operational"),
	SERVICE("dhcp", "Microsoft-Windows-DHCP-Server/Operational"),
	SERVICE("diagnosis-scripted", "Microsoft-Windows-Diagnosis-Scripted/Operational"),
	SERVICE("dns-client", "Microsoft-Windows-DNS Client Events/Operational",
		"Microsoft-Windows-DNS-Client/Operational"),
	SERVICE("dns-server", "DNS Server"),
	SERVICE("dns-server-analytic", "Microsoft-Windows-DNS-Server/Analytical"),
	SERVICE("dns-server-audit", "Microsoft-Windows-DNS-Server/Audit"),
	SERVICE("driver-framework", "Microsoft-Windows-DriverFrameworks-UserMode/Operational"),
	SERVICE("firewall-as",
		"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"),
	SERVICE("hyper-v-worker", "Microsoft-Windows-Hyper-V-Worker",
		"Microsoft-Windows-Hyper-V-Worker-Admin",
		"Microsoft-Windows-Hyper-V-Worker/Admin"),
	SERVICE("iis-configuration", "Microsoft-IIS-Configuration/Operational"),
	SERVICE("kernel-event-tracing", "Microsoft-Windows-Kernel-EventTracing",
		"Microsoft-Windows-Kernel-EventTracing/Admin"),
	SERVICE("kernel-shimengine", "Microsoft-Windows-Kernel-ShimEngine/Operational",
		"Microsoft-Windows-Kernel-ShimEngine/Diagnostic"),
	SERVICE("ldap", "Microsoft-Windows-LDAP-Client/Debug"),
	SERVICE("ldap_debug", "Microsoft-Windows-LDAP-Client/Debug"),
	SERVICE("lsa-server", "Microsoft-Windows-LSA/Operational"),
	SERVICE("microsoft-servicebus-client", "Microsoft-ServiceBus-Client",
		"Microsoft-ServiceBus-Client/Operational", "Microsoft-ServiceBus-Client/Admin"),
	SERVICE("msexchange-management", "MSExchange Management"),
	SERVICE("ntfs", "Microsoft-Windows-Ntfs/Operational"),
	SERVICE("ntlm", "Microsoft-Windows-NTLM/Operational"),
	SERVICE("openssh", "OpenSSH/Operational"),
	SERVICE("powershell", "Microsoft-Windows-PowerShell/Operational",
		"PowerShellCore/Operational"),
	SERVICE("powershell-classic", "Windows PowerShell"),
	SERVICE("printservice-admin", "Microsoft-Windows-PrintService/Admin"),
	SERVICE("printservice-operational", "Microsoft-Windows-PrintService/Operational"),
	SERVICE("security", "Security"),
	SERVICE("security-mitigations", "Microsoft-Windows-Security-Mitigations/Kernel Mode",
		"Microsoft-Windows-Security-Mitigations/KernelMode",
		"Microsoft-Windows-Security-Mitigations/User Mode",
		"Microsoft-Windows-Security-Mitigations/UserMode"),
	SERVICE("sense", "Microsoft-Windows-SENSE/Operational"),
	SERVICE("servicebus-client", "Microsoft-ServiceBus-Client/Operational",
		"Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client"),
	SERVICE("shell-core", "Microsoft-Windows-Shell-Core/Operational"),
	SERVICE("smbclient-connectivity", "Microsoft-Windows-SmbClient/Connectivity"),
	SERVICE("smbclient-security", "Microsoft-Windows-SmbClient/Security"),
	SERVICE("smbserver-connectivity", "Microsoft-Windows-SMBServer/Connectivity"),
	SERVICE("smbserver-security", "Microsoft-Windows-SMBServer/Security"),
	SERVICE("sysmon", "Microsoft-Windows-Sysmon/Operational"),
	SERVICE("system", "System"),
	SERVICE("taskscheduler", "Microsoft-Windows-TaskScheduler/Operational"),
	SERVICE("terminalservices-localsessionmanager",
		"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"),
	SERVICE("terminalservices-remoteconnectionmanager",
		"Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational"),
	SERVICE("vhdmp", "Microsoft-Windows-VHDMP/Operational",
		"Microsoft-Windows-VHDMP-Operational"),
	SERVICE("windefend", "Microsoft-Windows-Windows Defender/Operational"),
	SERVICE("winrm", "Microsoft-Windows-WinRM/Operational"),
	SERVICE("wmi", "Microsoft-Windows-WMI-Activity/Operational"),
};
const unsigned sg_nservices = COUNT(sg_services);
