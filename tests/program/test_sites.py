#!/usr/bin/env python3
"""Which sites a web server has, by its configuration: the web route of a machine is visible where every one of them
is logged, its log is here, and HTTPERR is; else what is missing is named.

The evidence is a day of small logs, a request every five minutes, and IIS's own files.
"""
import calendar
import json
import os
import time
import zipfile

from fb import Suite, request, w3c

ROUTE = 'exploit public-facing application'
SITE = '<site name="%s" id="%d"><bindings><binding protocol="%s" bindingInformation="%s" /></bindings>%s</site>'
ONE = SITE % ('SharePoint - 80', 1, 'http', '*:80:', '')
SERVICES = SITE % ('SharePoint Web Services', 2, 'http', '*:32843:', '')
REDIRECTION = b'<?xml version="1.0" encoding="UTF-8"?>\r\n<configuration>\r\n<configurationRedirection />\r\n</configuration>\r\n'
HTTPERR = ('date time c-ip c-port s-ip s-port cs-version cs-method cs-uri streamid sc-status s-siteid s-reason s-queuename')


def config(sites=ONE, more='', logging='<httpLogging dontLog="false" />'):
    return ('''<?xml version="1.0" encoding="UTF-8"?>
<configuration>
  <configSections>
    <sectionGroup name="system.applicationHost"><section name="sites" allowDefinition="AppHostOnly" overrideModeDefault="Deny" /></sectionGroup>
    <sectionGroup name="system.webServer"><section name="httpLogging" overrideModeDefault="Deny" /></sectionGroup>
  </configSections>
  <system.applicationHost>
    <log centralLogFileMode="Site" />
    <sites>%s<siteDefaults><logFile logFormat="W3C" directory="%%SystemDrive%%\\inetpub\\logs\\LogFiles" /></siteDefaults></sites>
  </system.applicationHost>
  <system.webServer>
    <globalModules><add name="HttpLoggingModule" image="%%windir%%\\System32\\inetsrv\\loghttp.dll" /></globalModules>
    %s
  </system.webServer>
  <location path="" overrideMode="Allow"><system.webServer><modules><add name="HttpLoggingModule" lockItem="true" /></modules></system.webServer></location>
  %s
</configuration>
''' % (sites, logging, more)).encode()


def times(step=300):
    begin = calendar.timegm((2025, 7, 18, 9, 0, 0))
    return [time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(at)) for at in range(begin, begin + 12 * 3600, step)]


def site_log(site):
    """Two logs of the same bytes would be one."""
    return w3c([request(at=at, stem='/site%d.aspx' % site) for at in times()])


def error_log():
    return w3c(['%s 203.0.113.9 50000 10.0.0.5 80 HTTP/1.1 GET /x - - 1 Timer_ConnectionIdle -' % at for at in times(600)], fields=HTTPERR)


def put(folder, path, data, written):
    path = os.path.join(folder, 'SP01', 'C', path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as f:
        f.write(data)
    at = calendar.timegm(time.strptime(written, '%Y-%m-%d'))
    os.utime(path, (at, at))


def machine(t, name, conf=None, written='2025-07-01', logs=(1,), errors=True, redirection=REDIRECTION, taken='2025-07-19T00:00:00Z', zipped=False):
    """A machine of these files; its case."""
    folder, case, manifest = t.path(name), t.path('case-' + name), t.path(name + '.csv')
    for site in logs:
        put(folder, 'inetpub/logs/LogFiles/W3SVC%d/u_ex250718.log' % site, site_log(site), '2025-07-18')
    if errors:
        put(folder, 'Windows/System32/LogFiles/HTTPERR/httperr1.log', error_log(), '2025-07-18')
    if conf:
        put(folder, 'Windows/System32/inetsrv/config/applicationHost.config', conf, written)
    if redirection:
        put(folder, 'Windows/System32/inetsrv/config/redirection.config', redirection, '2024-01-01')
    if zipped:
        whole = os.path.join(folder, 'triage.zip')
        with zipfile.ZipFile(whole, 'w') as z:
            for root, _, names in os.walk(os.path.join(folder, 'SP01')):
                for n in names:
                    z.write(os.path.join(root, n), os.path.relpath(os.path.join(root, n), folder))
        folder = whole
    with open(manifest, 'w', encoding='ascii') as f:
        f.write('path,host,role,acquired\n*,SP01,web front end,%s\n' % taken)
    r = t.investigate(case, folder, extra=['--no-report', '--manifest', manifest])
    t.check(r.returncode in (0, 1), '%s: investigated' % name, r.stderr)
    t.run('window', case, '--from', '2025-07-18T10:00:00Z', '--to', '2025-07-18T20:00:00Z', '--reason', 'test')
    return case


def answer(t, case, question='initial access', route=ROUTE):
    rows = json.loads(t.run('status', case, question, '--json').stdout)['assessments']
    return [a for a in rows if a['place'] == 'SP01' and a['route'] == route][0]


def collected(t, case):
    return {r['telemetry']: r for r in json.loads(t.run('collect', case, '--json').stdout)['collect']}


def whole(t):
    for name, kind in (('plain', {}), ('bom', {'conf': b'\xef\xbb\xbf' + config()}),
                       ('wide', {'conf': b'\xff\xfe' + config().decode().encode('utf-16-le')}), ('zip', {'zipped': True})):
        case = machine(t, name, **{'conf': config(), **kind})
        a = answer(t, case)
        t.equal((a['assessment'], a['coverage']['missing']), ('not observed', []), '%s: all of it is visible' % name)
        sources = {s['path'].rsplit('/', 1)[-1]: s['format'] for s in t.jsonl('sources', case)}
        t.equal((sources['applicationHost.config'], sources['redirection.config']), ('iis-config', 'iis-config'), '%s: known for what it is' % name)
    t.check(b'SharePoint' not in t.run('sources', case, '--collection').stdout, 'and is no list of a collector')


def lacking(t):
    dont = '<location path="SharePoint - 80/_layouts"><system.webServer><httpLogging dontLog="true" /></system.webServer></location>'
    off = SITE % ('Old', 3, 'http', '*:8080:', '<logFile enabled="false" />')
    shared = REDIRECTION.replace(b'<configurationRedirection />', b'<configurationRedirection enabled="true" path="\\\\nas\\iis" />')
    for name, telemetry, words, kind in (
            ('second', 'web-requests', 'no log of site SharePoint Web Services (id 2): W3SVC2', {'conf': config(ONE + SERVICES)}),
            ('dont-log', 'iis-sites', 'not recorded: site SharePoint - 80 (id 1), dontLog', {'conf': config(more=dont)}),
            ('everywhere', 'iis-sites', 'not recorded: site SharePoint - 80 (id 1), dontLog', {'conf': config(logging='<httpLogging dontLog="true" />')}),
            ('off', 'iis-sites', 'not recorded: site Old (id 3), logging is off', {'conf': config(ONE + off)}),
            ('httperr', 'httperr', 'no such log', {'conf': config(), 'errors': False}),
            ('none', 'iis-sites', 'no configuration of the web server', {}),
            ('since', 'iis-sites', 'last written is not known', {'conf': config(), 'written': '2025-07-18', 'taken': '2025-07-19T00:00:00Z'}),
            ('older', 'iis-sites', '', {'conf': config(), 'taken': '2025-07-18T00:00:00Z'}),
            ('shared', 'iis-sites', 'shared, and lies elsewhere', {'conf': config(), 'redirection': shared}),
            ('not-said', 'iis-sites', 'redirection.config is not among', {'conf': config(), 'redirection': None}),
            ('cut', 'iis-sites', 'not understood', {'conf': config()[:-20]}),
            ('unnamed', 'iis-sites', 'site 9 has a log', {'conf': config(), 'logs': (1, 9)})):
        case = machine(t, name, **kind)
        a = answer(t, case)
        if name == 'since':
            # Written at midnight of the day: in force from then on.
            t.equal(a['assessment'], 'not observed', 'since: written before the window')
            continue
        t.equal(a['assessment'], 'cannot determine', '%s: not all of it is visible' % name)
        m = [m for m in a['coverage']['missing'] if m['telemetry'].split()[0] == telemetry or telemetry in m['telemetry']]
        t.check(m and words in m[0]['why'] + a['says'], '%s: what is missing is named' % name, a['coverage']['missing'])
        if name == 'second':
            t.equal(m[0]['reason'], 'not collected', 'a log that is not here may still exist')
            t.check(words in collected(t, case)['web-requests']['why'], 'collect asks for the log of that site', collected(t, case))
            text = ' '.join(t.run('collect', case).stdout.decode().split())
            t.check('There is ' + words + '.' in text, 'collect: for people', text)
            t.equal(answer(t, case, 'exfiltration', 'web')['assessment'], 'cannot determine', 'nor is what left it by the web')
        elif name in ('none', 'older', 'shared', 'not-said', 'cut'):
            t.check('redirection.config' in collected(t, case)['iis-sites']['fetch'], '%s: collect asks for the configuration' % name)
    both = machine(t, 'both', conf=config(ONE + SERVICES), logs=(1, 2))
    t.equal(answer(t, both)['assessment'], 'not observed', 'both sites are here')


def main():
    t = Suite('sites')
    whole(t)
    lacking(t)
    t.end()


if __name__ == '__main__':
    main()
