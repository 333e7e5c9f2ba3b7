"""Which DLLs every Windows 10 and newer has. wine is asked, less what Microsoft gives out for
programs to bring along, which wine has of its own."""

import os
import re

#: Visual C++'s run-time of all years, but for what Windows uses itself; DirectX as it is given
#: out with games; zlib, which is wine's.
_BROUGHT = re.compile(
    r"(?!msvcp60\.|msvcp110_win\.|mfc42u?\.|\w+_clr0400\.)"
    r"(?:(?:atl|concrt|mfcm?|msvc[mpr]|vcamp|vccorlib|vcomp|vcruntime)\d+\w*"
    r"|(?:msvcrt|ucrtbase)d|vcomp|zlib1"
    r"|d3dx(?:9|10|11)_\d+|d3dcompiler_(?:3\d|4[0-6])"
    r"|x3daudio1_\d|xactengine\d_\d+|xapofx1_\d|xaudio2_[0-7]|xinput1_[123])\.dll")

#: What comes with a driver is that of one machine, and must not be bundled.
_OF_DRIVERS = re.compile(
    r"(?:nv(?:cuda|cuvid|encodeapi64|ml|ofapi64|optix\w*)|amdhip64\w*|opencl|vulkan-1|ze_loader|wintab32|wpcap)\.dll")

#: Names that Windows itself resolves.
_API_SETS = ("api-ms-", "ext-ms-")

#: Parts of Windows 10 that programs can be linked with and that wine has not.
_WITHOUT_WINE = frozenset("""
    asycfilt azroles browcli cabview certcli clbcatq clfsw32 cldapi computecore computenetwork
    computestorage coreuicomponents cryptbase cryptxml cscapi d3d10warp d3dscache davhlpr deviceaccess
    devobj devrtl dfscli dhcpsapi directml dismapi dpapi dskquota dsparse dsprop dsreg dsrole dssec
    eappcfg eappprxy elscore es fhsvcctl framedyn framedynos fxsapi glmf32 hbaapi icm32 icuin icuuc
    imgutil inputhost iscsidsc kernel.appcore linkinfo logoncli lpk mdmregistration mfc42 mfc42u
    mfcaptureengine mfcore mfsensorgroup mi mrmcorer mrt100 msajapi msdart msvcp110_win
    msvcp120_clr0400 msvcr120_clr0400 mtxex mtxoci ncobjapi ncryptprov ncryptsslp ndfapi netjoin
    ntlanman ntmarta ntshrui p2p p2pgraph pcwum portabledevicetypes rasadhlp rasman rpcns4 rtm samcli
    scecli schedcli sensorsapi slcext slwga ssdpapi tokenbinding txfw32 upnp usermgrcli verifier
    vmdevicehost w32topl wcmapi webauthn wecapi winbio winbrand windows.ai.machinelearning
    windows.data.pdf windows.storage winfax winhvemulation winhvplatform winsqlite3 wkscli wlanhlp
    wlanutil wscapi wshbth wslapi wsmsvc wwapi
""".split())


class WindowsDlls:
    """What a bare Windows has, by a folder of wine's."""

    def __init__(self, system32):
        self._of_wine = frozenset(name.lower() for name in os.listdir(system32))

    def has(self, name):
        """Whether a program finds a DLL there; where only a driver can bring it, that is not the
        program's affair either. name: in lower case."""
        if name.startswith(_API_SETS) or _OF_DRIVERS.fullmatch(name):
            return True
        return not lacks(name) and (name in self._of_wine or name[:-len(".dll")] in _WITHOUT_WINE)


def lacks(name):
    """Whether Microsoft gives the DLL out, but not with Windows."""
    return _BROUGHT.fullmatch(name) is not None
