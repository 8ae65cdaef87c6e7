/**
 * What runs a user's script: Python, handed over with `-c`, so that nothing has to be installed.
 *
 * A line of JSON comes in on standard input and one goes out for it. The script's own standard output, that of C code
 * included, is sent to standard error: only answers go out. Standard input ends when nobody asks any more;
 * on Linux it is also ended with the thread that started it, so that a killed run leaves no script that hangs.
 */
export const PYTHON_RUNNER = `
import importlib.util, json, math, os, sys, traceback
try:
    import ctypes
    ctypes.CDLL(None).prctl(1, 9)
except Exception:
    pass
answers = os.fdopen(os.dup(1), "w", encoding="utf-8", newline="\\n")
os.dup2(2, 1)
questions = os.fdopen(os.dup(0), "r", encoding="utf-8", errors="surrogatepass", newline="\\n")
os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
def answer(value):
    answers.write(json.dumps(value, allow_nan=False) + "\\n")
    answers.flush()
def number(value):
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return float(value) if hasattr(value, "__float__") else "a " + type(value).__name__
def plain(value):
    value = number(value)
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value if abs(value) <= 2 ** 53 else "an integer above 2^53"
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
def row(value):
    if not isinstance(value, dict):
        return "a " + type(value).__name__
    return {str(name): plain(each) for name, each in value.items()}
def failed(error):
    traceback.print_exc()
    sys.stderr.flush()
    answer({"error": type(error).__name__})
path = sys.argv[1]
sys.path.insert(0, os.path.dirname(path))
hello = json.loads(questions.readline())
try:
    spec = importlib.util.spec_from_file_location("tilth_script", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["tilth_script"] = module
    spec.loader.exec_module(module)
    if not callable(getattr(module, "score", None)):
        raise TypeError("the script defines no function score(batch)")
    if hasattr(module, "configure"):
        module.configure(hello["args"])
except BaseException as error:
    failed(error)
    sys.exit(1)
answer({"ready": True})
for line in questions:
    try:
        given = module.score(json.loads(line)["documents"])
        rows = [row(each) for each in given] if isinstance(given, (list, tuple)) else "a " + type(given).__name__
    except Exception as error:
        failed(error)
        continue
    answer({"signals": rows})
`
