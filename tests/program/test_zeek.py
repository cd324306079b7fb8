"""Zeek's logs: text and JSON give the same events, SigmaHQ's rules for Zeek bind, and each of them fires on what
it means and on nothing like it.
"""
import glob
import gzip
import json
import os

from fb import CORPORA, Suite

# What a rule is about, and what looks like it; {} of the first: fields of the log.
RULES = {
    'zeek_dce_rpc_mitre_bzar_execution': ('dce_rpc', {'endpoint': 'svcctl', 'operation': 'CreateServiceW'}, {'operation': 'QueryServiceStatus'}),
    'zeek_dce_rpc_mitre_bzar_persistence': ('dce_rpc', {'endpoint': 'spoolss', 'operation': 'RpcAddMonitor'}, {'endpoint': 'samr'}),
    'zeek_dce_rpc_potential_petit_potam_efs_rpc_call': ('dce_rpc', {'endpoint': 'efsrpc', 'operation': 'EfsRpcOpenFileRaw'}, {'operation': 'OpenEfs'}),
    'zeek_dce_rpc_smb_spoolss_named_pipe': ('smb_files', {'path': '\\\\SRV\\IPC$', 'name': 'spoolss'}, {'path': '\\\\SRV\\C$'}),
    'zeek_default_cobalt_strike_certificate': ('x509', {'certificate.serial': '8BB00EE'}, {'certificate.serial': '8BB00EF'}),
    'zeek_dns_kerberos_coercion_via_dns_object_spn_spoofing': ('dns', {'query': 'srv1UWhRCAAAAAAAAAAAAAAAAAAAAAAAAAAAAwbEAYBAAAA'}, {'query': 'srv1'}),
    'zeek_dns_mining_pools': ('dns', {'query': 'xmr.supportxmr.com', 'rejected': False}, {'rejected': True}),
    'zeek_dns_nkn': ('dns', {'query': 'mainnet-seed-0001.nkn.org'}, {'query': 'www.nkn.org'}),
    'zeek_dns_susp_zbit_flag': ('dns', {'query': 'a.example.com', 'Z': 1, 'qtype_name': 'A', 'id.resp_p': 53}, {'Z': 0}),
    'zeek_dns_torproxy': ('dns', {'query': 'abc.onion.link'}, {'query': 'abc.onionlink'}),
    'zeek_http_executable_download_from_webdav': ('http', {'user_agent': 'Microsoft-WebDAV-MiniRedir/10.0', 'uri': '/share/a.exe'}, {'uri': '/share/a.txt'}),
    'zeek_http_susp_file_ext_from_susp_tld': ('http', {'host': 'get.example.xyz', 'uri': '/x/run.bat'}, {'host': 'get.example.com'}),
    'zeek_http_webdav_put_request': ('http', {'user_agent': 'Microsoft-WebDAV-MiniRedir', 'method': 'PUT', 'id.resp_h': '198.51.100.7'}, {'id.resp_h': '10.3.3.3'}),
    'zeek_rdp_public_listener': ('rdp', {'id.orig_h': '203.0.113.9', 'cookie': 'adm'}, {'id.orig_h': '10.1.1.9'}),
    'zeek_smb_converted_win_atsvc_task': ('smb_files', {'path': '\\*\\IPC$', 'name': 'atsvc'}, {'name': 'srvsvc'}),
    'zeek_smb_converted_win_impacket_secretdump': ('smb_files', {'path': '\\\\SRV\\ADMIN$', 'name': 'SYSTEM32\\abcdEFGH.tmp'}, {'name': 'SYSTEM32\\abcdEFGH.log'}),
    'zeek_smb_converted_win_lm_namedpipe': ('smb_files', {'path': '\\\\*\\IPC$', 'name': 'paexec'}, {'name': 'samr'}),
    'zeek_smb_converted_win_susp_psexec': ('smb_files', {'path': '\\\\SRV\\IPC$', 'name': 'evil-stdin'}, {'name': 'PSEXESVC-stdin'}),
    'zeek_smb_converted_win_susp_raccess_sensitive_fext': ('smb_files', {'path': '\\\\SRV\\D', 'name': 'HR\\mail.pst'}, {'name': 'HR\\mail.pst.txt'}),
    'zeek_smb_converted_win_transferring_files_with_credential_data': ('smb_files', {'path': '\\\\SRV\\C$', 'name': '\\ntds.dit'}, {'name': '\\ntds.dita'}),
    'zeek_susp_kerberos_rc4': ('kerberos', {'request_type': 'TGS', 'cipher': 'rc4-hmac', 'service': 'MSSQL/srv'}, {'cipher': 'aes256-cts-hmac-sha1-96'}),
    'zeek_dce_rpc_exploit_cve_2021_1675_printnightmare_print_driver_install': ('dce_rpc', {'endpoint': 'spoolss', 'operation': 'RpcAddPrinterDriverEx'}, {'operation': 'RpcEnumPrinters'}),
    'zeek_http_exploit_cve_2021_38647_omigod_no_auth_rce': ('http', {'uri': '/wsman', 'method': 'POST', 'status_code': 200, 'request_body_len': 900, 'client_header_names': ['HOST', 'X']},
                                                            {'client_header_names': ['HOST', 'AUTHORIZATION']}),
    'zeek_http_katz_stealer_susp_useragent': ('http', {'user_agent': 'Mozilla/5.0 katz-ontop'}, {'user_agent': 'Mozilla/5.0 katz'}),
}


def text_of(v):
    if isinstance(v, bool):
        return 'T' if v else 'F'
    if isinstance(v, list):
        return ','.join(v) or '(empty)'
    return str(v).replace('\\', '\\\\') or '(empty)'


def kind_of(v):
    return 'bool' if isinstance(v, bool) else 'count' if isinstance(v, int) else 'vector[string]' if isinstance(v, list) else 'string'


def zeek_text(path, records):
    """A log as Zeek writes it; all records have the fields of the first."""
    names = list(records[0])
    out = ['#separator \\x09', '#set_separator\t,', '#empty_field\t(empty)', '#unset_field\t-', '#path\t' + path, '#open\t2025-07-18-00-00-00',
           '#fields\t' + '\t'.join(names), '#types\t' + '\t'.join('time' if n == 'ts' else kind_of(records[0][n]) for n in names)]
    out += ['\t'.join('%.6f' % r[n] if n == 'ts' else text_of(r[n]) for n in names) for r in records]
    return '\n'.join(out + ['#close\t2025-07-18-01-00-00']) + '\n'


def rules_bind(t):
    found = sorted(glob.glob(os.path.join(CORPORA, 'sigma', 'rules*', '**', 'zeek_*.yml'), recursive=True))
    if not found:
        t.skip('rules for Zeek', 'no rules of SigmaHQ here')
        return
    ids = {}
    for path in found:
        with open(path, encoding='utf-8') as f:
            ids[os.path.basename(path)[:-4]] = [l.split(':')[1].strip() for l in f if l.startswith('id:')][0]
    t.equal(sorted(ids), sorted(RULES), 'each rule for Zeek has its lines here')
    for form in ('text', 'json'):
        root = t.path('rules ' + form)
        os.makedirs(root)
        for n, (name, (path, fields, other)) in enumerate(sorted(RULES.items())):
            one = {'ts': 1752829442.25 + n, 'uid': 'CP%03d' % n, 'id.orig_h': '10.1.1.1', 'id.orig_p': 4711, 'id.resp_h': '10.2.2.2', 'id.resp_p': 445}
            one.update(fields)
            two = dict(one, uid='CN%03d' % n)
            two.update(other)
            with open(os.path.join(root, '%s.log' % name), 'w', encoding='utf-8') as f:
                if form == 'text':
                    f.write(zeek_text(path, [one, two]))
                else:
                    f.write(''.join(json.dumps(dict(r, _path=path)) + '\n' for r in (one, two)))
            # Of another log nothing is said, whatever its fields are.
            with open(os.path.join(root, '%s.other.log' % name), 'w', encoding='utf-8') as f:
                f.write(zeek_text('another', [dict(one, uid='CO%03d' % n)]))
        case = t.path('case ' + form)
        r = t.investigate(case, root, rules=found, own=False)
        t.check(r.returncode == 0, form + ': read', r.stderr[-500:])
        hits = {}
        for row in t.jsonl('detections', case):
            hits.setdefault(row['rule']['id'], []).append((os.path.basename(row['source']['path']), row['source']['line']))
        for n, name in enumerate(sorted(RULES)):
            where = name + '.log'
            line = 9 if form == 'text' else 1
            mine = [h for h in hits.get(ids[name], []) if h[0].startswith(name)]
            t.equal(mine, [(where, line)], '%s: %s fires on its line, and not on one that looks like it' % (form, name))


def both_forms(t):
    """The corpus has each log twice, from the same packets."""
    root = os.path.join(CORPORA, 'zeek')
    texts = sorted(glob.glob(os.path.join(root, 'zeek-default', '*.log.gz')))
    if not texts:
        t.skip('the same logs as text and JSON', 'no logs of Zeek here')
        return
    compared = 0
    for path in texts:
        name = os.path.basename(path)[:-len('.log.gz')]
        other = os.path.join(root, 'zeek-json', name + '.json.gz')
        if not os.path.exists(other):
            t.skip(name, 'it is there as text alone')
            continue
        with gzip.open(path, 'rt', encoding='utf-8', errors='surrogateescape') as f:
            head = [l.rstrip('\n') for _, l in zip(range(12), f) if l.startswith('#')]
        types = dict(zip([h.split('\t')[1:] for h in head if h.startswith('#fields')][0], [h.split('\t')[1:] for h in head if h.startswith('#types')][0]))
        inexact = {k for k, v in types.items() if k != 'ts' and ('time' in v or 'interval' in v or 'double' in v)}
        forms = []
        for p in (path, other):
            r = t.run('dump', p, '--jsonl')
            t.check(r.returncode == 0, name + ': read to its end', r.stderr[-300:])
            rows = []
            for line in r.stdout.decode('utf-8').split('\n'):
                if line:
                    d = json.loads(line)
                    rows.append(sorted((k, str(v)) for k, v in d.items()
                                       if v is not None and k.split('#')[0] not in inexact and k not in ('#line', '_write_ts', 'ts') and v != ''))
            forms.append(sorted(rows))
        t.check(len(forms[0]) == len(forms[1]) > 0, name + ': as many records', (len(forms[0]), len(forms[1])))
        differ = [(a, b) for a, b in zip(*forms) if a != b]
        t.check(not differ, name + ': the same events', '%d differ; first %s' % (len(differ), differ[:1]))
        compared += len(forms[0])
    t.note('%d records of %d logs compared' % (compared, len(texts)))


def main():
    t = Suite('zeek')
    rules_bind(t)
    both_forms(t)
    t.end()


main()
