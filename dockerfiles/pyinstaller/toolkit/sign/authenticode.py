"""Signs a program as Windows wants it, and verifies that it did."""

import os
import re
import time

import certificate
import ob
import tools


#: How often a server is asked for a time stamp: they are known to be busy.
_TRIES = 3
#: Seconds for an answer, which comes within one; the tool itself would wait for ever.
ANSWER_LIMIT = 20


def sign(made, signed, signer, timestamp=None):
    """Writes the program `made` with a signature to `signed`, which must not exist. The time in
    it is one at which the certificate is valid, and always the same: so are the bytes.
    timestamp: address of an RFC 3161 server, which adds the time that it is now."""
    what = "signing " + os.path.basename(made)
    command = ["osslsigncode", "sign", "-pkcs12", signer["file"]]
    if signer["password"]:
        command += ["-readpass", signer["password"]]
    command += ["-h", "sha256", "-time", str(certificate.moment(signer)), "-in", made, "-out", signed]
    if not timestamp:
        tools.checked(command, what)
        return
    ca = ob.mnt("secrets", "ca.pem")
    command += ["-ts", timestamp] + (["-HTTPS-CAfile", ca] if os.path.isfile(ca) else [])
    for _ in range(_TRIES):
        done = tools.within(ANSWER_LIMIT, command)
        if done and done.returncode == 0:
            return
        if os.path.exists(signed):
            os.remove(signed)
        time.sleep(1)
    raise ob.Failure([ob.problem(
        "PYINSTALLER_SIGN_FAILED", "--sign-timestamp: {} gave no time stamp".format(timestamp),
        hint="check the address and the network, or leave it out: the signature then ends with the certificate",
        detail=done.stderr + done.stdout if done else "no answer within {} s".format(ANSWER_LIMIT))])


def verify(signed, signer, timestamp=None):
    """Checks that the program is signed with this certificate, as it is.
    Returns a warning when all that is missing is somebody who vouches for the certificate."""
    what = "verifying the signature of " + os.path.basename(signed)
    # Revocation lists would be asked for over the network. Whether the certificate is valid today
    # is no question of the build's: its result may come from the cache tomorrow. Who vouches for
    # the server of time stamps is known to Windows, and not here.
    done = tools.run(
        ["osslsigncode", "verify", "-CAfile", signer["chain"], "-ignore-crl", "-ignore-timestamp",
         "-require-leaf-hash", signer["hash"], "-time", str(certificate.moment(signer)), "-in", signed], what)
    said = done.stdout + done.stderr
    if timestamp and "Timestamp time:" not in said:
        raise tools.failed(what, done)
    if done.returncode == 0:
        return None
    reason = re.search(r"^\s*Error: (.+)$", said, re.MULTILINE)
    is_same = "MISMATCH" not in said and "Leaf hash match: ok" in said
    # Of a chain that it cannot follow it does not look at the signature itself.
    if not reason or not is_same or not _is_signed(signed, what):
        raise tools.failed(what, done)
    return ob.problem(
        "PYINSTALLER_SIGN_CHAIN", "--sign: the file does not prove the certificate of {} ({}): Windows accepts it where "
        "it knows {}".format(signer["subject"], reason.group(1), signer["issuer"]),
        hint="export it with all certificates of its path, that of the authority too")


def _is_signed(signed, what):
    """Whether the signature is that of what the program says it signs."""
    folder = ob.scratch("signature")
    signature, content = os.path.join(folder, "signature"), os.path.join(folder, "content")
    tools.checked(["osslsigncode", "extract-signature", "-in", signed, "-out", signature], what)
    with open(signature, "rb") as file, open(content, "wb") as to:
        to.write(_signed_content(file.read()))
    done = tools.run(["openssl", "smime", "-verify", "-inform", "DER", "-in", signature, "-content", content,
                      "-binary", "-noverify", "-out", os.devnull], what)
    return done.returncode == 0


def _signed_content(der):
    """The content of a PKCS#7 signedData (RFC 2315, 9.1), which is hashed without its own head."""
    at, _ = _element(der, 0)  # ContentInfo
    at = _after(der, at)  # contentType
    at, _ = _element(der, at)  # [0]
    at, _ = _element(der, at)  # SignedData
    at = _after(der, _after(der, at))  # version, digestAlgorithms
    at, _ = _element(der, at)  # contentInfo
    at = _after(der, at)  # contentType
    at, _ = _element(der, at)  # [0]
    return der[slice(*_element(der, at))]


def _element(der, at):
    """(start, end) of what the element at an offset holds."""
    length, start = der[at + 1], at + 2
    if length & 0x80:
        count = length & 0x7F
        length, start = int.from_bytes(der[start:start + count], "big"), start + count
    return start, start + length


def _after(der, at):
    return _element(der, at)[1]
