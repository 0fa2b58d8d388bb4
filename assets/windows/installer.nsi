; The installer for Windows: for one user, without administrator's rights.
; makensis -DVERSION=1.2.3 -DFILES=folder -DREMOVAL=removal.nsh -DASSETS=folder \
;     -DOUTPUT=file.exe installer.nsi
; FILES holds caselanes.exe and all that is installed beside it; REMOVAL deletes these files.

Target amd64-unicode
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
SetDateSave off

!include MUI2.nsh
!include FileFunc.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\CaseLanes"
!define CLASSES "Software\Classes"
!define STUDY "CaseLanes.Study"
!define SHCNE_ASSOCCHANGED 0x08000000

Name "CaseLanes"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\CaseLanes"
InstallDirRegKey HKCU "${UNINSTALL}" InstallLocation
ShowInstDetails nevershow
ShowUninstDetails nevershow
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "CaseLanes"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "Installs CaseLanes"
VIAddVersionKey LegalCopyright "MIT OR Apache-2.0"

!define MUI_ICON "${ASSETS}/caselanes.ico"
!define MUI_UNICON "${ASSETS}/caselanes.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\caselanes.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs cannot be replaced or deleted. Ends before anything is changed.
!macro RefuseWhileRunning UN
Function ${UN}RefuseWhileRunning
    IfFileExists "$INSTDIR\caselanes.exe" 0 free
    ClearErrors
    FileOpen $0 "$INSTDIR\caselanes.exe" a
    IfErrors 0 close
    MessageBox MB_OK|MB_ICONSTOP "CaseLanes is running. Close it, then try again." /SD IDOK
    SetErrorLevel 2
    Abort
close:
    FileClose $0
free:
FunctionEnd
!macroend
!insertmacro RefuseWhileRunning ""
!insertmacro RefuseWhileRunning "un."

Section
    Call RefuseWhileRunning
    ; An older version knows best which files are its own.
    ReadRegStr $0 HKCU "${UNINSTALL}" InstallLocation
    StrCmp $0 "$INSTDIR" 0 +2
    ExecWait '"$INSTDIR\uninstall.exe" /S _?=$INSTDIR'
    SetOutPath "$INSTDIR"
    File /r "${FILES}/*"
    WriteUninstaller "$INSTDIR\uninstall.exe"

    CreateShortcut "$SMPROGRAMS\CaseLanes.lnk" "$INSTDIR\caselanes.exe"
    CreateShortcut "$DESKTOP\CaseLanes.lnk" "$INSTDIR\caselanes.exe"
    WriteRegStr HKCU "${CLASSES}\.caselanes" "" "${STUDY}"
    WriteRegStr HKCU "${CLASSES}\.caselanes\OpenWithProgids" "${STUDY}" ""
    WriteRegStr HKCU "${CLASSES}\${STUDY}" "" "CaseLanes study"
    WriteRegStr HKCU "${CLASSES}\${STUDY}\DefaultIcon" "" "$INSTDIR\study.ico"
    WriteRegStr HKCU "${CLASSES}\${STUDY}\shell\open\command" "" '"$INSTDIR\caselanes.exe" "%1"'
    ; So that "caselanes" in the Run dialog finds it.
    WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\caselanes.exe" "" \
        "$INSTDIR\caselanes.exe"

    ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
    IntFmt $0 "0x%08X" $0
    WriteRegStr HKCU "${UNINSTALL}" DisplayName "CaseLanes"
    WriteRegStr HKCU "${UNINSTALL}" DisplayVersion "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" Publisher "CaseLanes"
    WriteRegStr HKCU "${UNINSTALL}" DisplayIcon "$INSTDIR\caselanes.exe"
    WriteRegStr HKCU "${UNINSTALL}" InstallLocation "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${UNINSTALL}" EstimatedSize $0
    WriteRegDWORD HKCU "${UNINSTALL}" NoModify 1
    WriteRegDWORD HKCU "${UNINSTALL}" NoRepair 1
    System::Call 'shell32::SHChangeNotify(i ${SHCNE_ASSOCCHANGED}, i 0, i 0, i 0)'
SectionEnd

; Removes what was installed. Settings, run history and studies stay.
Section Uninstall
    Call un.RefuseWhileRunning
    !include "${REMOVAL}"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\CaseLanes.lnk"
    Delete "$DESKTOP\CaseLanes.lnk"
    ReadRegStr $0 HKCU "${CLASSES}\.caselanes" ""
    StrCmp $0 "${STUDY}" 0 +2
    DeleteRegValue HKCU "${CLASSES}\.caselanes" ""
    DeleteRegValue HKCU "${CLASSES}\.caselanes\OpenWithProgids" "${STUDY}"
    DeleteRegKey /ifempty HKCU "${CLASSES}\.caselanes\OpenWithProgids"
    DeleteRegKey /ifempty HKCU "${CLASSES}\.caselanes"
    DeleteRegKey HKCU "${CLASSES}\${STUDY}"
    DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\caselanes.exe"
    DeleteRegKey HKCU "${UNINSTALL}"
    System::Call 'shell32::SHChangeNotify(i ${SHCNE_ASSOCCHANGED}, i 0, i 0, i 0)'
SectionEnd
