"""The file that signs: a certificate and its private key in PKCS#12 (.pfx, .p12)."""

import datetime
import hashlib
import os
import re
import ssl

import ob
import tools

_PASSWORD = "OVENBIRD_SIGN_PASSWORD=… in the environment, or --sign-password-file FILE"
_MAKE = "openssl pkcs12 -export -inkey key.pem -in cert.pem -out cert.pfx"

_BLOCK = re.compile(r"-----BEGIN ([A-Z ]+)-----\n.*?-----END \1-----\n", re.DOTALL)


def read(path, password):
    """What is in the file: where it and its password lie, the certificate's names and times, the
    hash by which it is known, and all certificates for the verification.
    password: path of its password; there may be none."""
    asked = os.path.isfile(password)
    keys, certificates = _parts(path, password if asked else None)
    if not keys:
        raise _invalid("the file holds no private key, only certificates",
                       "export the certificate with its key: " + _MAKE)
    text = _of_key(keys[0], certificates)
    if text is None:
        raise _invalid("the file holds no certificate of its private key",
                       "export the key together with its certificate: " + _MAKE)
    der = ssl.PEM_cert_to_DER_cert(text)
    return dict(
        _described(text),
        file=path,
        password=password if asked else None,
        hash="sha256:" + hashlib.sha256(der).hexdigest(),
        chain=_write(certificates),
    )


def moment(signer):
    """A time at which the certificate is valid, always the same one. Unix time."""
    begins = datetime.datetime.strptime(signer["begins"], "%Y-%m-%dT%H:%M:%SZ")
    return int(begins.replace(tzinfo=datetime.timezone.utc).timestamp())


def _parts(path, password):
    """(private keys, certificates), each as PEM text; in memory alone."""
    # -legacy: what Windows exported until a few years ago.
    command = ["openssl", "pkcs12", "-legacy", "-noenc", "-in", path,
               "-passin", "file:" + password if password else "pass:"]
    done = tools.run(command, "reading the certificate")
    if done.returncode:
        raise _unreadable(path, password, done.stderr)
    blocks = [(match.group(1), match.group()) for match in _BLOCK.finditer(done.stdout)]
    return ([text for kind, text in blocks if kind.endswith("PRIVATE KEY")],
            [text for kind, text in blocks if kind == "CERTIFICATE"])


def _unreadable(path, password, said):
    if re.search(r"mac verify|invalid password|bad decrypt|cipherfinal", said, re.IGNORECASE):
        if password:
            return _invalid("the password does not open the file", "give the one that the file was "
                            "exported with: " + _PASSWORD)
        return _invalid("the file has a password, and none is given", _PASSWORD)
    with open(path, "rb") as file:
        is_pem = b"-----BEGIN " in file.read()
    if is_pem:
        return _invalid("the file is PEM text, not PKCS#12 (.pfx, .p12)",
                        "make one of the key and its certificate: " + _MAKE)
    return _invalid("the file is not PKCS#12 (.pfx, .p12), or not whole", "export the certificate "
                    "with its key once more, or: " + _MAKE, said)


def _of_key(key, certificates):
    public = tools.checked(["openssl", "pkey", "-pubout"], "reading the key", key)
    for text in certificates:
        command = ["openssl", "x509", "-noout", "-pubkey"]
        if tools.checked(command, "reading the certificate", text) == public:
            return text
    return None


def _described(text):
    said = tools.checked(
        ["openssl", "x509", "-noout", "-subject", "-issuer", "-startdate", "-enddate", "-ext",
         "extendedKeyUsage", "-nameopt", "RFC2253,-esc_msb,utf8", "-dateopt", "iso_8601"],
        "reading the certificate", text)
    fields = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)
    if "Extended Key Usage" in said and "Code Signing" not in said:
        raise _invalid("the certificate of {} is not for signing programs: it lacks the usage codeSigning"
                       .format(fields["subject"]), "ask for one with that usage (extendedKeyUsage = codeSigning)")
    begins, expires = (fields[name].replace(" ", "T") for name in ("notBefore", "notAfter"))
    return {"subject": fields["subject"], "issuer": fields["issuer"], "begins": begins, "expires": expires}


def _write(certificates):
    path = os.path.join(ob.scratch("chain"), "chain.pem")
    ob.write_text(path, "".join(certificates))
    return path


def _invalid(message, hint, detail=None):
    return ob.Failure([ob.problem("PYINSTALLER_SIGN_INVALID", "--sign: " + message, hint=hint, detail=detail)])
